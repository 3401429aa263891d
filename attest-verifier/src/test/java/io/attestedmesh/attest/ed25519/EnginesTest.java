package io.attestedmesh.attest.ed25519;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.attestedmesh.attest.ed25519.EdgeCases.EdgeCase;
import io.attestedmesh.attest.evidence.Bytes;
import java.security.InvalidKeyException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What every engine must say alike. */
class EnginesTest {
    static List<Engine> engines() {
        return Stream.concat(Stream.of(new BouncyCastleEngine()), Engines.corretto().stream())
                .toList();
    }

    static List<EdgeCase> edgeCases() {
        return EdgeCases.all();
    }

    @Test
    void fastest_isCorrettoWhereItLoads() {
        String expected = Engines.corretto().map(Engine::name).orElse("Bouncy Castle");

        assertThat(Engines.fastest().name()).isEqualTo(expected);
        assertThat(Engines.fastest()).isSameAs(Engines.fastest());
    }

    @Test
    void corretto_onLinux_isThere() {
        assumeTrue(
                System.getProperty("os.name").equals("Linux")
                        && List.of("amd64", "aarch64").contains(System.getProperty("os.arch")),
                "no native library for this platform");

        assertThat(engines()).hasSize(2);
    }

    @ParameterizedTest
    @CsvFileSource(resources = "rfc8032-section-7.1.csv", numLinesToSkip = 1, emptyValue = "", maxCharsPerColumn = 4096)
    void vectorsOfTheRfc_signedAndVerified(String test, String seed, String key, String message, String signature)
            throws Exception {
        Bytes text = message == null ? Bytes.EMPTY : Bytes.fromHex(message);
        for (Engine engine : engines()) {
            Ed25519PrivateKey privateKey = Ed25519PrivateKey.of(Bytes.fromHex(seed), engine);

            assertThat(privateKey.publicKey().raw().hex()).as(test).isEqualTo(key);
            assertThat(privateKey.sign(text).hex()).as(test).isEqualTo(signature);
            assertThat(privateKey.publicKey().verify(text, Bytes.fromHex(signature)))
                    .as(test)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("edgeCases")
    void edgeCase_sameVerdictOfEach(EdgeCase edge) throws Exception {
        for (Engine engine : engines()) {
            assertThat(Ed25519PublicKey.of(EdgeCases.SIGNER.key(), engine).verify(edge.message(), edge.signature()))
                    .as(engine.name())
                    .isEqualTo(edge.valid());
        }
    }

    /** Why {@link BouncyCastleEngine} looks at R: should this fail, it need not any more. */
    @Test
    void mixedR_acceptedByBouncyCastleAlone() {
        byte[] key = EdgeCases.SIGNER.key().toByteArray();

        assertThat(EdgeCases.mixedR()).isNotEmpty().allSatisfy(edge -> {
            byte[] message = edge.message().toByteArray();
            assertThat(Ed25519.verify(edge.signature().toByteArray(), 0, key, 0, message, 0, message.length))
                    .isTrue();
        });
    }

    /** One byte more than Corretto's signatures hold, and far more. */
    @Test
    void longMessages_signedAndVerifiedAlike() throws Exception {
        for (int size : new int[] {CorrettoEngine.LONGEST, CorrettoEngine.LONGEST + 1, 3 * CorrettoEngine.LONGEST}) {
            Bytes message = Bytes.of(new byte[size]);
            List<Bytes> signatures = new ArrayList<>();
            for (Engine engine : engines()) {
                Ed25519PrivateKey key = Ed25519PrivateKey.of(Bytes.of(new byte[32]), engine);
                signatures.add(key.sign(message));

                assertThat(key.publicKey().verify(message, signatures.get(0))).isTrue();
                assertThat(key.publicKey().verify(Bytes.of(new byte[size - 1]), signatures.get(0)))
                        .isFalse();
            }
            assertThat(signatures).containsOnly(signatures.get(0));
        }
    }

    @Test
    void oneKey_usedByManyThreads() throws Exception {
        for (Engine engine : engines()) {
            Ed25519PrivateKey key = Ed25519PrivateKey.of(Bytes.of(new byte[32]), engine);
            ExecutorService threads = Executors.newFixedThreadPool(4);
            try {
                List<Callable<Boolean>> tasks = new ArrayList<>();
                for (int i = 0; i < 400; i++) {
                    Bytes message = Bytes.of(new byte[i]);
                    Bytes other = Bytes.of(new byte[i + 1]);
                    tasks.add(() -> {
                        Bytes signature = key.sign(message);
                        return key.publicKey().verify(message, signature)
                                && !key.publicKey().verify(other, signature);
                    });
                }
                for (Future<Boolean> result : threads.invokeAll(tasks)) {
                    assertThat(result.get()).isTrue();
                }
            } finally {
                threads.shutdownNow();
            }
        }
    }

    @Test
    void key_thatNoEngineMayTake_refusedByEach() {
        for (Bytes encoded : InvalidKeys.all()) {
            for (Engine engine : engines()) {
                assertThat(takes(engine, encoded))
                        .as(engine.name() + " " + encoded.hex())
                        .isFalse();
            }
        }
    }

    private static boolean takes(Engine engine, Bytes encoded) {
        try {
            Ed25519PublicKey.of(encoded, engine);
            return true;
        } catch (InvalidKeyException e) {
            return false;
        }
    }
}
