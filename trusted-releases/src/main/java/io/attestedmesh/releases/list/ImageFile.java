package io.attestedmesh.releases.list;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.json.Bounds;
import io.attestedmesh.releases.json.JsonReader;

/**
 * The enclave image file that the registers were measured from.
 *
 * @param sha384 of the file, 48 bytes
 * @param size of the file in bytes, at least 1
 */
public record ImageFile(Bytes sha384, long size) {
    public ImageFile {
        Bounds.requireDigest("image digest", sha384);
        if (size < 1 || size > JsonReader.MAX_INTEGER) {
            throw new IllegalArgumentException("an image of " + size + " bytes");
        }
    }
}
