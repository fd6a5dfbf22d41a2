// Makes a mail's frame as high as the mail, so that the page scrolls and not a box in it.

const mostPixels = 20_000;

function fitToContent(frame) {
  const body = frame.contentDocument?.documentElement;
  if (body) frame.style.setProperty('height', `${Math.min(mostPixels, body.scrollHeight + 2)}px`);
}

for (const frame of document.querySelectorAll('iframe[data-fit]')) {
  frame.addEventListener('load', () => fitToContent(frame));
  addEventListener('resize', () => fitToContent(frame));
  if (frame.contentDocument?.readyState === 'complete') fitToContent(frame);
}
