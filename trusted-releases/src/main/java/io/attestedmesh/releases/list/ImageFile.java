package io.attestedmesh.releases.list;

import io.attestedmesh.attest.evidence.Bytes;

/**
 * The enclave image file that the registers were measured from.
 *
 * @param sha384 of the file, 48 bytes
 * @param size of the file in bytes, at least 1
 */
public record ImageFile(Bytes sha384, long size) {
    public ImageFile {
        Fields.requireDigest("image digest", sha384);
        if (size < 1 || size > Fields.MAX_INTEGER) {
            throw new IllegalArgumentException("an image of " + size + " bytes");
        }
    }
}
