package io.attestedmesh.attest.x509;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.attest.x509.CertificateMaker.Made;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What the tests of paths say often. */
final class Paths {
    private Paths() {}

    static PathValidator under(Made... anchors) {
        return under(SignatureAlgorithms.STANDARD, RevocationLists.NONE, anchors);
    }

    static PathValidator under(SignatureAlgorithms profile, RevocationLists lists, Made... anchors) {
        try {
            return new PathValidator(TrustAnchors.of(certificates(anchors)), lists, profile);
        } catch (CertificateException refused) {
            throw new AssertionError(refused);
        }
    }

    static List<X509Certificate> certificates(Made... made) {
        return Arrays.stream(made).map(Made::certificate).toList();
    }

    static CertificationPath path(PathValidator validator, Made... presented) throws RejectedCertificateException {
        return validator.path(certificates(presented), PathValidator.Usage.SERVER, CertificateMaker.NOW);
    }

    static void assertAccepted(PathValidator validator, Made... presented) {
        try {
            assertThat(path(validator, presented).endEntity()).isEqualTo(presented[0].certificate());
        } catch (RejectedCertificateException refused) {
            throw new AssertionError(refused);
        }
    }

    static void assertRefused(CertificateReason reason, PathValidator validator, Made... presented) {
        assertRefused(reason, () -> path(validator, presented));
    }

    static void assertRefused(CertificateReason reason, ThrowingCallable call) {
        RejectedCertificateException refused = catchThrowableOfType(RejectedCertificateException.class, call);
        assertThat(refused).as("refused with " + reason).isNotNull();
        assertThat(refused.reason()).as(refused.getMessage()).isEqualTo(reason);
        assertThat(refused.actual()).isNotBlank();
    }

    static void assertAnchorRefused(CertificateReason reason, Made anchor) {
        assertThatThrownBy(() -> TrustAnchors.of(certificates(anchor)))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining(reason.name())
                .hasMessageContaining("amesh pki ca");
    }
}
