export interface FirewallExample {
  /** Name of the program. */
  readonly name: string;
  readonly lines: string;
}

const isV6 = (address: string): boolean => address.includes(':');

/** Rules that let our checks in, as an administrator would type them: SNMP, SSH and one service as an example. */
export function firewallExamples(addresses: readonly string[]): FirewallExample[] {
  const each = (line: (address: string) => string): string => addresses.map(line).join('\n');
  return [
    {
      name: 'nftables',
      lines: each((address) => {
        const family = isV6(address) ? 'ip6' : 'ip';
        return [
          `nft add rule inet filter input ${family} saddr ${address} tcp dport '{ 22, 80, 443 }' accept`,
          `nft add rule inet filter input ${family} saddr ${address} udp dport 161 accept`,
        ].join('\n');
      }),
    },
    {
      name: 'firewalld',
      lines: [
        'firewall-cmd --permanent --new-zone=mimamori',
        each((address) => `firewall-cmd --permanent --zone=mimamori --add-source=${address}`),
        'firewall-cmd --permanent --zone=mimamori --add-service=ssh --add-service=http --add-service=https --add-service=snmp',
        'firewall-cmd --reload',
      ].join('\n'),
    },
    {
      name: 'ufw',
      lines: each((address) =>
        [
          `ufw allow proto tcp from ${address} to any port 22,80,443`,
          `ufw allow proto udp from ${address} to any port 161`,
        ].join('\n'),
      ),
    },
    {
      name: 'iptables',
      lines: each((address) => {
        const program = isV6(address) ? 'ip6tables' : 'iptables';
        return [
          `${program} -I INPUT -s ${address} -p tcp -m multiport --dports 22,80,443 -j ACCEPT`,
          `${program} -I INPUT -s ${address} -p udp --dport 161 -j ACCEPT`,
        ].join('\n');
      }),
    },
  ];
}
