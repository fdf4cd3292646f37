// The page of a comparison works without any script. What CSS can't do is to tell whoever reads the page aloud which language it is in.
'use strict';
window.flvstorm = { ready: Promise.resolve() }; // for tests, which look in from outside
for (const input of document.querySelectorAll('input[name="lang"]')) {
  input.addEventListener('change', () => {
    document.documentElement.lang = input.value === 'zh' ? 'zh-Hans' : 'en';
  });
}
