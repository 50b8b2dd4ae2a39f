//! What the page may do.

/// Own files and nothing else: no script or style within the page, no other origin, no frames, and no
/// text that becomes markup but the templates that the compiler made (`web/src/app/templates.ts`). The
/// second policy makes one address only, that of the worker which keeps the page for when the server cannot
/// be reached (`web/src/app/kept-page.ts`): without it no address would be taken for a script.
pub(crate) const OF_THE_CLIENT: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; \
    manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types solid worker";

/// Its own style and nothing else.
pub(crate) const OF_THE_NOTE: &str =
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// What the page can ask of the device: calls will need camera and microphone, nothing else is needed.
pub(crate) const OF_THE_DEVICE: &str =
    "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()";
