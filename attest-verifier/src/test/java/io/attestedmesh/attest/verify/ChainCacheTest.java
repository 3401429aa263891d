package io.attestedmesh.attest.verify;

import static io.attestedmesh.attest.verify.TestNitro.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.attest.evidence.Bytes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChainCacheTest {
    private final CountingProvider counting =
            new CountingProvider(CryptoProvider.fastest().provider());
    private final TestNitro nitro = genuine();
    private final NitroVerifier verifier = nitro.verifier(CryptoProvider.of(counting));

    @Test
    void freshDocument_fiveSignatures_sameChain_one() throws Exception {
        verifier.verify(nitro.document(), NOW);
        assertThat(counting.signatures()).isEqualTo(5);

        verifier.verify(nitro.document(NOW.minusSeconds(1)), NOW);
        assertThat(counting.signatures()).isEqualTo(1);
    }

    @Test
    void sameIssuersNewLeaf_twoSignatures() throws Exception {
        verifier.verify(nitro.document(), NOW);
        counting.signatures();

        verifier.verify(with(LEAF, c -> c.serial = Der.integer("05")).document(), NOW);

        assertThat(counting.signatures()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {ROOT, REGIONAL, ZONAL, INSTANCE, LEAF})
    void cachedChain_anyOfItsCertificatesExpires_rejected(int certificate) throws Exception {
        Instant end = NOW.plusSeconds(30);
        TestNitro brief = with(certificate, c -> c.valid(NOW, end));
        NitroVerifier trusting = new NitroVerifier(
                List.of(TrustedRoot.insecureSimulated(x509(brief.certificates().get(ROOT)))),
                CryptoProvider.of(counting),
                NitroVerifier.DEFAULT_CLOCK_SKEW);
        trusting.verify(brief.document(), NOW);
        trusting.verify(brief.document(), end);

        assertThat(reason(trusting, brief.document(), end.plusSeconds(1)))
                .isEqualTo(EvidenceReason.EVIDENCE_CHAIN_EXPIRED);
        assertThat(reason(trusting, brief.document(), NOW.minusSeconds(1)))
                .isEqualTo(EvidenceReason.EVIDENCE_CHAIN_NOT_YET_VALID);
    }

    @Test
    void cachedIssuersExpired_newLeafRejectedToo() throws Exception {
        TestNitro first = with(ZONAL, c -> c.valid(NOW, NOW.plusSeconds(30)));
        verifier.verify(first.document(), NOW);
        List<Bytes> other = new ArrayList<>(first.certificates());
        other.set(
                LEAF,
                with(LEAF, c -> c.serial = Der.integer("06")).certificates().get(LEAF));

        assertThat(reason(verifier, document(other, NOW, privateKey(LEAF)), NOW.plusSeconds(31)))
                .isEqualTo(EvidenceReason.EVIDENCE_CHAIN_EXPIRED);
    }

    @Test
    void rejectedChain_neverCached() {
        TestNitro bad = with(LEAF, c -> c.signer = privateKey(5));
        assertThat(reason(verifier, bad.document(), NOW)).isEqualTo(EvidenceReason.BAD_CHAIN_SIGNATURE);
        counting.signatures();

        assertThat(reason(verifier, bad.document(), NOW)).isEqualTo(EvidenceReason.BAD_CHAIN_SIGNATURE);
        assertThat(counting.signatures())
                .as("the leaf's again, the issuers' not")
                .isEqualTo(1);
    }

    @Test
    void chainOutsideItsValidity_neverCached() throws Exception {
        Instant late = end(REGIONAL).plus(Duration.ofDays(1));
        assertThat(reason(verifier, nitro.document(), late)).isEqualTo(EvidenceReason.EVIDENCE_CHAIN_EXPIRED);
        counting.signatures();

        verifier.verify(nitro.document(), NOW);

        assertThat(counting.signatures()).isEqualTo(5);
    }

    @Test
    void cachedChain_withOneByteOfOneCertificateChanged_notServed() throws Exception {
        verifier.verify(nitro.document(), NOW);
        for (int certificate = REGIONAL; certificate <= LEAF; certificate++) {
            List<Bytes> changed = new ArrayList<>(nitro.certificates());
            byte[] der = changed.get(certificate).toByteArray();
            der[der.length - 1] ^= 1;
            changed.set(certificate, Bytes.of(der));

            assertThat(reason(verifier, document(changed, NOW, privateKey(LEAF)), NOW))
                    .isEqualTo(EvidenceReason.BAD_CHAIN_SIGNATURE);
        }
    }

    @Test
    void cachedLeaf_inAnotherPlaceOfTheBundle_notServed() throws Exception {
        verifier.verify(nitro.document(), NOW);
        List<Bytes> longer = new ArrayList<>(nitro.certificates());
        longer.add(nitro.certificates().get(LEAF));

        assertThat(reason(verifier, document(longer, NOW, privateKey(LEAF)), NOW))
                .isEqualTo(EvidenceReason.NOT_A_CA);
    }

    @Test
    void moreChainsThanCapacity_leastRecentlyUsedGoes() throws Exception {
        CheckedChain chain = CheckedChain.startingAt(
                nitro.root(), ChainCertificate.parse(nitro.certificates().get(ROOT), "root"), CryptoProvider.fastest());
        ChainCache cache = new ChainCache(2);
        cache.remember(key("01"), chain);
        cache.remember(key("02"), chain);
        assertThat(cache.find(key("01"))).contains(chain);

        cache.remember(key("03"), chain);

        assertThat(cache.size()).isEqualTo(2);
        assertThat(cache.find(key("01"))).contains(chain);
        assertThat(cache.find(key("02"))).isEmpty();
    }

    private static List<Bytes> key(String hex) {
        return List.of(Bytes.fromHex(hex));
    }

    private static EvidenceReason reason(NitroVerifier verifier, Bytes document, Instant at) {
        RejectedEvidenceException thrown =
                catchThrowableOfType(RejectedEvidenceException.class, () -> verifier.verify(document, at));
        return thrown == null ? null : (EvidenceReason) thrown.reason();
    }
}
