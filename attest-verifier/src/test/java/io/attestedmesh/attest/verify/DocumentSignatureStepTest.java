package io.attestedmesh.attest.verify;

import static io.attestedmesh.attest.verify.EvidenceReason.*;
import static io.attestedmesh.attest.verify.TestNitro.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.CoseSign1;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps 5 and 6. */
class DocumentSignatureStepTest {
    private static final String ORDER =
            "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973";
    private static final String ONE = "00".repeat(47) + "01";
    private static final String ZERO = "00".repeat(48);

    private final TestNitro nitro = genuine();
    private final NitroVerifier verifier = nitro.verifier();

    @ParameterizedTest
    @ValueSource(ints = {ROOT, REGIONAL, ZONAL, INSTANCE, 5})
    void step5_signedByAnyKeyButTheLeafs_rejected(int key) {
        assertThat(reasonAt(TestNitro.document(nitro.certificates(), NOW, privateKey(key)), NOW))
                .isEqualTo(BAD_SIGNATURE);
    }

    @Test
    void step5_signatureOfAnotherPayload_rejected() throws Exception {
        CoseSign1 one = CoseSign1.parse(nitro.document());
        CoseSign1 other = CoseSign1.parse(nitro.document(NOW.minusMillis(1)));

        assertThat(reasonAt(envelope(one.payload(), other.signature()), NOW)).isEqualTo(BAD_SIGNATURE);
    }

    @Test
    void step5_signatureOverThePayloadAlone_rejected() throws Exception {
        Bytes payload = CoseSign1.parse(nitro.document()).payload();

        assertThat(reasonAt(envelope(payload, signature(payload, privateKey(LEAF))), NOW))
                .isEqualTo(BAD_SIGNATURE);
    }

    static List<String> forgedSignatures() {
        return List.of(
                ZERO + ZERO, ZERO + ONE, ONE + ZERO, ORDER + ONE, ONE + ORDER, ORDER + ORDER, ONE + ONE, ORDER + ZERO);
    }

    @ParameterizedTest
    @MethodSource("forgedSignatures")
    void step5_partsOutOfRangeOrForged_rejected(String signature) throws Exception {
        Bytes payload = CoseSign1.parse(nitro.document()).payload();

        assertThat(reasonAt(envelope(payload, Bytes.fromHex(signature)), NOW)).isEqualTo(BAD_SIGNATURE);
    }

    @Test
    void step5_partsExchanged_rejected() throws Exception {
        CoseSign1 document = CoseSign1.parse(nitro.document());
        Bytes exchanged = Bytes.concat(
                document.signature().slice(48, 96), document.signature().slice(0, 48));

        assertThat(reasonAt(envelope(document.payload(), exchanged), NOW)).isEqualTo(BAD_SIGNATURE);
    }

    @Test
    void step5_checkedEachTimeAlthoughTheChainIsCached() throws Exception {
        Bytes document = nitro.document();
        verifier.verify(document, NOW);
        byte[] forged = document.toByteArray();
        forged[forged.length - 1] ^= 1;

        assertThat(reasonAt(Bytes.of(forged), NOW)).isEqualTo(BAD_SIGNATURE);
    }

    @Test
    void step6_timestampAtTheSkew_accepted_beyond_rejected() {
        Duration skew = NitroVerifier.DEFAULT_CLOCK_SKEW;

        assertThat(reasonAt(nitro.document(NOW.plus(skew)), NOW)).isNull();
        assertThat(reasonAt(nitro.document(NOW.plus(skew).plusMillis(1)), NOW)).isEqualTo(FUTURE_TIMESTAMP);
    }

    @Test
    void step6_timestampFromTheFuture_rejectedAtDocumentTimeToo() {
        Bytes document = nitro.document(NOW.plus(Duration.ofMinutes(6)));

        assertThat(reasonAtDocumentTime(document, NOW)).isEqualTo(FUTURE_TIMESTAMP);
        assertThat(reasonAtDocumentTime(document, NOW.plus(Duration.ofMinutes(1))))
                .isNull();
    }

    @Test
    void step6_timestampFarInTheFuture_rejectedWithoutOverflow() {
        assertThat(reasonAt(nitro.document(Instant.ofEpochMilli(Long.MAX_VALUE)), NOW))
                .isEqualTo(FUTURE_TIMESTAMP);
        assertThat(reasonAtDocumentTime(nitro.document(Instant.ofEpochMilli(Long.MAX_VALUE)), NOW))
                .isEqualTo(EVIDENCE_CHAIN_EXPIRED);
    }

    @Test
    void documentTime_chainExpiredNow_acceptedForAnAudit() throws Exception {
        Instant later = NOW.plus(Duration.ofDays(400));

        VerifiedEvidence audited = verifier.verifyAtDocumentTime(nitro.document(), later);

        assertThat(audited.verifiedAt()).isEqualTo(NOW);
        assertThat(audited.expiresAt()).isEqualTo(end(LEAF));
        assertThat(reasonAt(nitro.document(), later)).isEqualTo(EVIDENCE_CHAIN_EXPIRED);
    }

    @Test
    void documentTime_timestampOutsideTheLeafsLife_rejected() {
        assertThat(reasonAtDocumentTime(nitro.document(start(LEAF).minusSeconds(1)), NOW))
                .isEqualTo(EVIDENCE_CHAIN_NOT_YET_VALID);
        assertThat(reasonAtDocumentTime(nitro.document(end(LEAF).plusSeconds(1)), NOW.plus(Duration.ofDays(1))))
                .isEqualTo(EVIDENCE_CHAIN_EXPIRED);
    }

    @Test
    void noRoots_refusedAtConstruction() {
        assertThatThrownBy(() -> new NitroVerifier(List.of(), CryptoProvider.fastest(), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no trusted root");
    }

    @Test
    void negativeSkew_refusedAtConstruction() {
        assertThatThrownBy(
                        () -> new NitroVerifier(List.of(nitro.root()), CryptoProvider.fastest(), Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void rootThatIsNoCa_refusedAtConstruction() {
        TrustedRoot leaf =
                TrustedRoot.insecureSimulated(x509(nitro.certificates().get(LEAF)));

        assertThatThrownBy(() -> new NitroVerifier(List.of(leaf), CryptoProvider.fastest(), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasRootCauseInstanceOf(RejectedEvidenceException.class);
    }

    private EvidenceReason reasonAt(Bytes document, Instant at) {
        return reason(catchThrowableOfType(RejectedEvidenceException.class, () -> verifier.verify(document, at)));
    }

    private EvidenceReason reasonAtDocumentTime(Bytes document, Instant now) {
        return reason(catchThrowableOfType(
                RejectedEvidenceException.class, () -> verifier.verifyAtDocumentTime(document, now)));
    }

    private static EvidenceReason reason(RejectedEvidenceException thrown) {
        return thrown == null ? null : (EvidenceReason) thrown.reason();
    }
}
