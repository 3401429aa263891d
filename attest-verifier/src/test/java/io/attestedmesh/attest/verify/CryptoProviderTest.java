package io.attestedmesh.attest.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.attestedmesh.attest.evidence.Bytes;
import java.security.Provider;
import java.security.Security;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CryptoProviderTest {
    static List<CryptoProvider> providers() {
        return WycheproofTest.providers();
    }

    @Test
    void fastest_isAccpWhereItLoads_elseBouncyCastle() {
        CryptoProvider expected =
                CryptoProvider.accp().or(CryptoProvider::bouncyCastle).orElseThrow();

        assertThat(CryptoProvider.fastest().name()).isEqualTo(expected.name());
        assertThat(CryptoProvider.fastest()).isSameAs(CryptoProvider.fastest());
    }

    @Test
    void accp_onLinuxWithItsNativeLibrary_loads() {
        assumeTrue(
                System.getProperty("os.name").equals("Linux")
                        && List.of("amd64", "aarch64").contains(System.getProperty("os.arch")),
                "no native library for this platform");

        assertThat(CryptoProvider.accp().orElseThrow().name()).startsWith("AmazonCorrettoCryptoProvider ");
    }

    @Test
    void noProvider_isEverRegistered() {
        Provider[] before = Security.getProviders();
        providers();
        CryptoProvider.fastest();

        assertThat(Security.getProviders()).isEqualTo(before);
        assertThat(Arrays.stream(before).map(Provider::getName)).doesNotContain("AmazonCorrettoCryptoProvider");
    }

    @Test
    void absentProvider_passedOverSilently() {
        assertThat(warningsOf(() ->
                        assertThat(CryptoProvider.load("no.such.Provider")).isEmpty()))
                .isZero();
    }

    @Test
    void brokenProviders_passedOverWithAWarning() {
        for (Class<?> broken : List.of(Unhealthy.class, NotLoading.class, NoProvider.class, Nothing.class)) {
            assertThat(warningsOf(() ->
                            assertThat(CryptoProvider.load(broken.getName())).isEmpty()))
                    .as(broken.getSimpleName())
                    .isEqualTo(1);
        }
    }

    @Test
    void healthyProvider_taken() {
        assertThat(CryptoProvider.load(Healthy.class.getName()).orElseThrow().name())
                .isEqualTo("Healthy 1");
    }

    @ParameterizedTest
    @MethodSource("providers")
    void certificateWithAKeyOffTheCurve_refusedWhateverTheProvider(CryptoProvider crypto) {
        byte[] key = TestNitro.keys(TestNitro.LEAF).getPublic().getEncoded();
        key[key.length - 1] ^= 1;
        TestNitro nitro = TestNitro.with(TestNitro.LEAF, c -> c.key = Bytes.of(key));

        assertThatThrownBy(() -> nitro.verifier(crypto).verify(nitro.document(), TestNitro.NOW))
                .isInstanceOfSatisfying(
                        RejectedEvidenceException.class,
                        e -> assertThat(e.reason()).isEqualTo(EvidenceReason.CERTIFICATE_KEY));
    }

    @ParameterizedTest
    @MethodSource("providers")
    void signature_verifiesUnderItsKeyAndMessageOnly(CryptoProvider crypto) throws Exception {
        Bytes message = Bytes.fromHex("010203");
        EcdsaSignature signature =
                EcdsaSignature.fromConcatenation(TestNitro.signature(message, TestNitro.privateKey(0)));
        byte[] key = TestNitro.keys(0).getPublic().getEncoded();
        byte[] otherKey = TestNitro.keys(1).getPublic().getEncoded();

        assertThat(crypto.isSignedBy(crypto.publicKey(key), message.toByteArray(), signature))
                .isTrue();
        assertThat(crypto.isSignedBy(crypto.publicKey(otherKey), message.toByteArray(), signature))
                .isFalse();
        assertThat(crypto.isSignedBy(crypto.publicKey(key), new byte[3], signature))
                .isFalse();
    }

    @ParameterizedTest
    @MethodSource("providers")
    void wholeVerification_worksWithEachProvider(CryptoProvider crypto) throws Exception {
        TestNitro nitro = TestNitro.genuine();

        assertThat(nitro.verifier(crypto)
                        .verify(nitro.document(), TestNitro.NOW)
                        .chain())
                .hasSize(5);
    }

    private static int warningsOf(Runnable action) {
        Logger logger = Logger.getLogger(CryptoProvider.class.getName());
        int[] warnings = {0};
        Handler counter = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                warnings[0] += entry.getLevel().equals(java.util.logging.Level.WARNING) ? 1 : 0;
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(counter);
        logger.setUseParentHandlers(false);
        try {
            action.run();
        } finally {
            logger.removeHandler(counter);
            logger.setUseParentHandlers(true);
        }
        return warnings[0];
    }

    /** What the real provider looks like to the one who loads it. */
    public static class Healthy extends Provider {
        private static final long serialVersionUID = 1L;
        public static final Healthy INSTANCE = new Healthy();

        public Healthy() {
            super("Healthy", "1", "");
        }

        public void assertHealthy() {}
    }

    public static final class Unhealthy extends Healthy {
        private static final long serialVersionUID = 1L;
        public static final Unhealthy INSTANCE = new Unhealthy();

        @Override
        public void assertHealthy() {
            throw new IllegalStateException("self test failed");
        }
    }

    public static final class NotLoading {
        public static final Provider INSTANCE = load();

        private NotLoading() {}

        private static Provider load() {
            throw new UnsatisfiedLinkError("no native library");
        }
    }

    public static final class NoProvider {
        public static final String INSTANCE = "";

        private NoProvider() {}

        public void assertHealthy() {}
    }

    public static final class Nothing {
        private Nothing() {}
    }
}
