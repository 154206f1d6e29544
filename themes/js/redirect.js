// Leads on from a former place of a document, with what follows the '#' in the old address. Without scripts the page leads on by itself.
'use strict';
{
  const now = document.querySelector('main a[href]');
  if (now) {
    location.replace(now.hash ? now.href : now.href + location.hash);
  }
}
