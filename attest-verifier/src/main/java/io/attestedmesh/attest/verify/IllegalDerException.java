package io.attestedmesh.attest.verify;

/** Bytes that are not the DER they should be; becomes the cause of a rejection. */
final class IllegalDerException extends Exception {
    private static final long serialVersionUID = 1L;

    IllegalDerException(String message) {
        super(message);
    }
}
