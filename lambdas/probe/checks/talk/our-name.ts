/** What checks call themselves where a protocol lets them say who asks: it is found in the logs of customers' servers. */
export const ourName = 'mimamori-monitoring';
