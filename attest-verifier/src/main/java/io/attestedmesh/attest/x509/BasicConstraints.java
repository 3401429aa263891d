package io.attestedmesh.attest.x509;

import io.attestedmesh.attest.der.DerException;
import io.attestedmesh.attest.der.DerReader;
import java.util.OptionalInt;

/**
 * RFC 5280, section 4.2.1.9.
 *
 * @param ca whether the key may sign certificates
 * @param pathLength how many non-self-issued intermediates may follow
 */
record BasicConstraints(boolean ca, OptionalInt pathLength) {
    static final BasicConstraints END_ENTITY = new BasicConstraints(false, OptionalInt.empty());

    static BasicConstraints read(Extension extension) throws DerException, RejectedCertificateException {
        DerReader fields = extension.sequence();
        boolean ca = fields.nextIs(DerReader.BOOLEAN) && fields.bool();
        OptionalInt pathLength = fields.isEmpty() ? OptionalInt.empty() : OptionalInt.of(fields.count());
        fields.finish();
        if (pathLength.isPresent() && !ca) {
            throw new DerException("a path length with CA:TRUE only", "CA:FALSE");
        }
        if (ca) {
            extension.requireCritical(true);
        }
        return new BasicConstraints(ca, pathLength);
    }
}
