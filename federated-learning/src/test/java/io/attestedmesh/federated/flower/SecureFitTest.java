package io.attestedmesh.federated.flower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.federated.learn.Scalar;
import io.attestedmesh.federated.model.DType;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Shape;
import io.attestedmesh.federated.model.Tensor;
import io.attestedmesh.federated.secure.Layout;
import io.attestedmesh.federated.secure.Quantiser;
import io.attestedmesh.federated.secure.SecureAggregationException;
import io.attestedmesh.federated.secure.SecureParticipant;
import io.attestedmesh.federated.secure.SecureReason;
import io.attestedmesh.federated.secure.SecureTerms;
import io.attestedmesh.federated.secure.ToldTerms;
import io.attestedmesh.mpc.network.InsecureTransport;
import io.attestedmesh.mpc.network.MpcNetwork;
import io.attestedmesh.mpc.party.Contexts;
import io.attestedmesh.mpc.party.MpcContext;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.mpc.session.SessionId;
import io.attestedmesh.transport.grpc.InsecurePlaintext;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a server may tell party 1, of parties 1 to 5, of which 5 is the server. */
class SecureFitTest {
    private static final Model MODEL =
            Model.ofList(List.of(Tensor.of(DType.FLOAT32, Shape.of(2), ByteBuffer.allocate(8))));

    private final MpcContext context = new MpcContext(
            "learning",
            IntStream.rangeClosed(1, 5)
                    .mapToObj(id -> Party.of(id, identity(id), "127.0.0.1", 1))
                    .toList());
    private final MpcNetwork network = MpcNetwork.builder(
                    identity(1),
                    new Contexts(),
                    new InsecureTransport(InsecurePlaintext.becauseOf("a test", TransportLimits.DEFAULT)))
            .build();
    private final SecureFit fit = new SecureFit(
            network, context, identity(5), 4, new SecureParticipant(new SecureRandom(), new SimpleMeterRegistry()));

    private static PeerIdentity identity(int id) {
        return new PeerIdentity("p" + id + ".example");
    }

    @AfterEach
    void close() {
        network.close();
    }

    private static Map<String, Scalar> told(int aggregator, Integer... clients) {
        SecureTerms terms = SecureTerms.of(
                new SessionId(1, 2), 1, aggregator, List.of(clients), new Quantiser(1, 16), 100, Layout.of(MODEL));
        return new LinkedHashMap<>(new ToldTerms(terms, Duration.ofSeconds(10)).tell());
    }

    @Test
    void termsOfItsParties_areTakenAsTheyWereTold() throws Exception {
        ToldTerms told = fit.require(told(5, 1, 2, 3, 4), MODEL);

        assertThat(told.tell()).isEqualTo(told(5, 1, 2, 3, 4));
        assertThat(told.terms().threshold()).isEqualTo(3);
    }

    static Stream<Arguments> others() {
        return Stream.of(
                Arguments.of(told(5, 1, 2, 3), "4 clients at least"),
                Arguments.of(told(5, 1, 2, 3, 6), "party 6"),
                Arguments.of(told(4, 1, 2, 3, 5), "the party of p5.example as aggregator"),
                Arguments.of(told(9, 1, 2, 3, 4), "the party of p5.example as aggregator"),
                Arguments.of(told(5, 2, 3, 4), "this party, 1, among the clients"));
    }

    @ParameterizedTest
    @MethodSource("others")
    void termsOfOthers_areRefused(Map<String, Scalar> config, String words) {
        assertRefused(config, words);
    }

    static Stream<Arguments> values() {
        return Stream.of(
                Arguments.of("secure_threshold", new Scalar.Whole(2), "a threshold of 2"),
                Arguments.of("secure_threshold", new Scalar.Whole(5), "a threshold of 5"),
                Arguments.of("secure_threshold", new Scalar.Whole(1L << 40), "integer overflow"),
                Arguments.of("secure_threshold", new Scalar.Real(3), "a whole number"),
                Arguments.of("secure_session", new Scalar.Blob(Bytes.of(new byte[15])), "15 bytes"),
                Arguments.of("secure_session", new Scalar.Text("1"), "secure_session, bytes"),
                Arguments.of("secure_clients", new Scalar.Blob(Bytes.of(new byte[] {0})), "1 bytes"),
                Arguments.of("secure_clients", new Scalar.Blob(Bytes.of(new byte[512])), "512 bytes"),
                Arguments.of("secure_clients", new Scalar.Blob(Bytes.of(new byte[] {0, 2, 0, 1})), "not ascending"),
                Arguments.of("secure_clip", new Scalar.Real(Double.NaN), "a clip range of NaN"),
                Arguments.of("secure_clip", new Scalar.Real(-1), "a clip range of -1.0"),
                Arguments.of("secure_bits", new Scalar.Whole(64), "64 bits"),
                Arguments.of("secure_most_examples", new Scalar.Whole(0), "at most 0 examples"),
                Arguments.of("secure_seconds", new Scalar.Whole(0), "a step of PT0S"),
                Arguments.of("secure_seconds", new Scalar.Whole(100_000), "a step of"),
                Arguments.of("secure_seconds", new Scalar.Whole(Long.MAX_VALUE), "a step of"));
    }

    @ParameterizedTest
    @MethodSource("values")
    void termsThatNoRunHas_areRefused(String name, Scalar value, String words) {
        Map<String, Scalar> config = told(5, 1, 2, 3, 4);
        config.put(name, value);

        assertRefused(config, words);
    }

    @Test
    void termsOfWhichAnyIsMissing_areRefused() {
        for (String name : told(5, 1, 2, 3, 4).keySet()) {
            Map<String, Scalar> config = told(5, 1, 2, 3, 4);
            config.remove(name);

            assertRefused(config, name);
        }
    }

    @Test
    void noTerms_areRefused() {
        assertRefused(Map.of("epochs", new Scalar.Whole(1)), "secure_session");
    }

    private void assertRefused(Map<String, Scalar> config, String words) {
        assertThatThrownBy(() -> fit.require(config, MODEL))
                .isInstanceOfSatisfying(
                        SecureAggregationException.class,
                        e -> assertThat(e.reason()).isEqualTo(SecureReason.TERMS))
                .hasMessageContaining(words);
    }
}
