// The portal sent the person here to sign out: the form needs no second click. Without a script its button stands.
document.querySelector('#sign-out button')?.click();
