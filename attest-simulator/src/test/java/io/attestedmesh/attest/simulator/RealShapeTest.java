package io.attestedmesh.attest.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.AttestationDocument;
import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.CoseSign1;
import io.attestedmesh.attest.evidence.MalformedEvidenceException;
import io.attestedmesh.attest.evidence.Vectors;
import io.attestedmesh.attest.evidence.Vectors.NamedEvidence;
import io.attestedmesh.attest.verify.TrustedRoot;
import java.io.ByteArrayInputStream;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Simulated documents beside real ones: whatever a parser may trip over must look the same. */
class RealShapeTest {
    /** When the root of AWS was made, so that the times are of the same form. */
    private static final Instant FOUNDATION = Instant.parse("2019-10-28T14:28:05Z");

    private final SimulatedNsm nsm = SimulatedNitro.inMemory(
                    Clock.fixed(FOUNDATION, ZoneOffset.UTC), new SecureRandom())
            .launch(EnclaveSpec.of(EnclaveImage.of("image", Bytes.EMPTY)).withInstance("i-0123456789abcdef0"));

    @ParameterizedTest
    @MethodSource("documentsSinceLate2025")
    void attest_sameRequestAsReal_hasTheSameShape(NamedEvidence real) throws Exception {
        AttestationDocument document = AttestationDocument.parse(real.encoded());
        if (document.pcrs().get(16).isPresent()) {
            nsm.lockPcr(16);
        }

        Bytes simulated =
                nsm.attest(new AttestationRequest(document.publicKey(), document.userData(), document.nonce()));

        assertThat(CborShape.of(simulated)).isEqualTo(CborShape.of(real.encoded()));
        assertThat(CborShape.of(CoseSign1.parse(simulated).payload()))
                .isEqualTo(CborShape.of(CoseSign1.parse(real.encoded()).payload()));
    }

    @ParameterizedTest
    @MethodSource("documentsSinceMid2024")
    void certificates_besideReal_haveTheSameOutline(NamedEvidence real) throws Exception {
        List<Bytes> simulated = chain(AttestationDocument.parse(attest()));
        List<Bytes> actual = chain(AttestationDocument.parse(real.encoded()));

        assertThat(actual).hasSameSizeAs(simulated);
        for (int rung = 0; rung < actual.size(); rung++) {
            assertThat(CertificateOutline.of(simulated.get(rung)))
                    .as("certificate %d", rung)
                    .isEqualTo(CertificateOutline.of(actual.get(rung)));
        }
    }

    @Test
    void certificates_lives_areThoseOfReal() throws Exception {
        List<X509Certificate> chain = new ArrayList<>();
        for (Bytes der : chain(AttestationDocument.parse(attest()))) {
            chain.add((X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(der.toByteArray())));
        }

        assertThat(life(chain.get(0))).isEqualTo(life(TrustedRoot.awsNitroG1().certificate()));
        assertThat(life(chain.get(1))).isEqualTo(Duration.ofDays(20).plusHours(1));
        assertThat(life(chain.get(2)))
                .isBetween(Duration.ofDays(5).plusHours(12), Duration.ofDays(6).plusHours(1));
        assertThat(life(chain.get(3))).isEqualTo(Duration.ofDays(1));
        assertThat(life(chain.get(4))).isEqualTo(Duration.ofHours(3).plusSeconds(3));
    }

    /** Before, certificates of instances had no key identifiers. */
    static List<NamedEvidence> documentsSinceMid2024() {
        return Vectors.realDocuments().stream()
                .filter(evidence -> evidence.name().compareTo("2024-07") > 0)
                .toList();
    }

    /** Before, the payload was a map of definite length. */
    static List<NamedEvidence> documentsSinceLate2025() {
        return Vectors.realDocuments().stream()
                .filter(RealShapeTest::hasIndefinitePayload)
                .toList();
    }

    private static boolean hasIndefinitePayload(NamedEvidence evidence) {
        try {
            return CoseSign1.parse(evidence.encoded()).payload().at(0) == 0xbf;
        } catch (MalformedEvidenceException e) {
            throw new IllegalStateException("a real document", e);
        }
    }

    private Bytes attest() throws Exception {
        return nsm.attest(new AttestationRequest(Optional.empty(), Optional.empty(), Optional.empty()));
    }

    private static List<Bytes> chain(AttestationDocument document) {
        List<Bytes> chain = new ArrayList<>(document.cabundle());
        chain.add(document.certificate());
        return chain;
    }

    private static Duration life(X509Certificate certificate) {
        return Duration.between(
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant());
    }
}
