package io.attestedmesh.examples.message;

/** The first byte of a message, so that one of another round or protocol is refused even where its size fits. */
public enum MessageKind {
    DKG_COMMITMENT(0x01),
    DKG_ECHO(0x02),
    DKG_SHARE(0x03),
    DKG_COMPLAINTS(0x04),
    DKG_ANSWERS(0x05),
    NONCE_COMMITMENT(0x11),
    SIGNATURE_SHARE(0x12),
    BGW_DEALT_SHARE(0x21),
    BGW_PRODUCT_SHARE(0x22),
    BGW_OPENED_SHARE(0x23);

    private final int code;

    MessageKind(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
