package io.attestedmesh.releases.source;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.IOException;
import java.io.InputStream;

/** Reads what may be larger than it should be. */
final class Content {
    private Content() {}

    /** All that is left of {@code in}, if that is at most {@code maxBytes}. */
    static Bytes read(InputStream in, int maxBytes) throws IOException {
        byte[] content = in.readNBytes(maxBytes);
        if (in.read() >= 0) {
            throw tooLarge("the content", maxBytes);
        }
        return Bytes.of(content);
    }

    static IOException tooLarge(String what, int maxBytes) {
        return new IOException(what + " is larger than " + maxBytes + " bytes");
    }
}
