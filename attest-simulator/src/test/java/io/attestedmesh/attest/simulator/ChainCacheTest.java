package io.attestedmesh.attest.simulator;

import static io.attestedmesh.attest.simulator.Refusals.reasonOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.simulator.hostile.CertificateRecipe;
import io.attestedmesh.attest.simulator.hostile.ForgedChain;
import io.attestedmesh.attest.simulator.hostile.HostileCloud;
import io.attestedmesh.attest.simulator.hostile.Rung;
import io.attestedmesh.attest.verify.CryptoProvider;
import io.attestedmesh.attest.verify.EvidenceReason;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.attest.verify.TrustedRoot;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.bouncycastle.asn1.x500.X500Name;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A chain that was verified once is remembered; what must not be remembered is that it was valid, or who signed. */
class ChainCacheTest {
    private static final HostileCloud CLOUD = HostileCloud.at(Instant.parse("2026-11-20T08:00:00Z"));
    private static final Instant NOW = CLOUD.now();
    private static final Instant END = NOW.plusSeconds(10);

    @ParameterizedTest
    @EnumSource
    void verify_rememberedChain_endsWithTheEarliestOfItsCertificates(Rung shortest) throws Exception {
        HostileCloud cloud = shortened(shortest);
        Bytes document = cloud.document(chain(cloud, shortest)).sign();
        NitroVerifier verifier = verifier(cloud.trustedRoot());

        assertThat(verifier.verify(document, NOW).expiresAt()).isEqualTo(END);
        assertThat(verifier.verify(document, END).expiresAt()).isEqualTo(END);
        assertThat(reasonOf(() -> verifier.verify(document, END.plusSeconds(1))))
                .isEqualTo(EvidenceReason.EVIDENCE_CHAIN_EXPIRED);
    }

    @ParameterizedTest
    @EnumSource
    void verify_rememberedChain_isNotValidBeforeItBegins(Rung latest) throws Exception {
        Consumer<CertificateRecipe> late = recipe -> recipe.notBefore(NOW.plusSeconds(5));
        HostileCloud cloud = latest == Rung.ROOT ? CLOUD.withRoot(late) : CLOUD;
        Bytes document = (latest == Rung.ROOT ? cloud.document() : cloud.document(cloud.chain(latest, late))).sign();
        NitroVerifier verifier = verifier(cloud.trustedRoot());

        assertThat(verifier.verify(document, NOW.plusSeconds(5)).chain()).hasSize(5);
        assertThat(reasonOf(() -> verifier.verify(document, NOW.plusSeconds(4))))
                .isEqualTo(EvidenceReason.EVIDENCE_CHAIN_NOT_YET_VALID);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LEAF")
    void verify_newLeafUnderRememberedBundle_stillEndsWithTheBundle(Rung shortest) throws Exception {
        HostileCloud cloud = shortened(shortest);
        ForgedChain first = chain(cloud, shortest);
        Bytes otherLeaf = cloud.chain(Rung.LEAF, recipe -> recipe.subject(new X500Name("CN=another enclave")))
                .leaf();
        NitroVerifier verifier = verifier(cloud.trustedRoot());
        verifier.verify(cloud.document(first).sign(), NOW);

        ForgedChain second = new ForgedChain(first.bundle(), otherLeaf, first.leafKey());
        Bytes document = cloud.document(second).sign();

        assertThat(verifier.verify(document, NOW).expiresAt()).isEqualTo(END);
        assertThat(reasonOf(() -> verifier.verify(document, END.plusSeconds(1))))
                .isEqualTo(EvidenceReason.EVIDENCE_CHAIN_EXPIRED);
    }

    @Test
    void verify_rememberedChainAndForgedSignature_isRefused() throws Exception {
        NitroVerifier verifier = verifier(CLOUD.trustedRoot());
        ForgedChain chain = CLOUD.chain();
        verifier.verify(CLOUD.document(chain).sign(), NOW);

        Bytes forged = CLOUD.document(chain)
                .signWith(HostileCloud.newKeys("secp384r1").getPrivate())
                .sign();

        assertThat(reasonOf(() -> verifier.verify(forged, NOW))).isEqualTo(EvidenceReason.BAD_SIGNATURE);
    }

    @Test
    void verify_rememberedBundleAndLeafOfAnotherIssuer_isRefused() throws Exception {
        NitroVerifier verifier = verifier(CLOUD.trustedRoot());
        ForgedChain chain = CLOUD.chain();
        verifier.verify(CLOUD.document(chain).sign(), NOW);

        ForgedChain mixed = CLOUD.chain(
                        Rung.LEAF,
                        recipe -> recipe.signedBy(
                                HostileCloud.newKeys("secp384r1").getPrivate()))
                .withBundle(chain.bundle());

        assertThat(reasonOf(() -> verifier.verify(CLOUD.document(mixed).sign(), NOW)))
                .isEqualTo(EvidenceReason.BAD_CHAIN_SIGNATURE);
    }

    @Test
    void verify_refusedChainAgain_isRefusedAgain() {
        NitroVerifier verifier = verifier(CLOUD.trustedRoot());
        Bytes document = CLOUD.document(CLOUD.chain(Rung.INSTANCE, CertificateRecipe::endEntity))
                .sign();

        for (int i = 0; i < 3; i++) {
            assertThat(reasonOf(() -> verifier.verify(document, NOW))).isEqualTo(EvidenceReason.NOT_A_CA);
        }
    }

    @Test
    void verify_moreChainsThanAreRemembered_eachStillJudgedAlone() throws Exception {
        NitroVerifier verifier = verifier(CLOUD.trustedRoot());
        Bytes expired = CLOUD.document(CLOUD.chain(Rung.LEAF, recipe -> recipe.notAfter(END)))
                .sign();
        verifier.verify(expired, NOW);
        for (int i = 0; i < 300; i++) {
            verifier.verify(CLOUD.document().sign(), NOW);
        }

        assertThat(reasonOf(() -> verifier.verify(expired, END.plusSeconds(1))))
                .isEqualTo(EvidenceReason.EVIDENCE_CHAIN_EXPIRED);
        assertThat(verifier.verify(expired, END).expiresAt()).isEqualTo(END);
    }

    private static HostileCloud shortened(Rung rung) {
        return rung == Rung.ROOT ? CLOUD.withRoot(recipe -> recipe.notAfter(END)) : CLOUD;
    }

    private static ForgedChain chain(HostileCloud cloud, Rung shortest) {
        return shortest == Rung.ROOT ? cloud.chain() : cloud.chain(shortest, recipe -> recipe.notAfter(END));
    }

    private static NitroVerifier verifier(TrustedRoot root) {
        return new NitroVerifier(List.of(root), CryptoProvider.fastest(), NitroVerifier.DEFAULT_CLOCK_SKEW);
    }
}
