package io.attestedmesh.transport.pki;

import java.io.IOException;
import java.security.GeneralSecurityException;

/**
 * The border to the ASN.1 library. It tells of malformed input by unchecked exceptions of kinds that it does not
 * document (an empty SEQUENCE gives an index out of bounds); here they become the one checked exception.
 */
final class Asn1 {
    /** A reading of bytes that came from outside. */
    @FunctionalInterface
    interface Reading<T> {
        T read() throws IOException, GeneralSecurityException, PkiException;
    }

    private Asn1() {}

    /** Keeps no cause: messages of the library may quote what is read, which may be a key. */
    static <T> T read(String source, String problem, Reading<T> reading) throws PemException {
        try {
            return reading.read();
        } catch (PemException refused) {
            throw refused;
        } catch (PkiException refused) {
            throw new PemException(source, refused.getMessage(), refused.hint().orElse(null));
        } catch (IOException | GeneralSecurityException | RuntimeException malformed) {
            throw new PemException(source, problem);
        }
    }
}
