package io.attestedmesh.releases.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.fixture.Publisher;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BundleTest {
    private static final String ENVELOPE = "{\"payload\":\"e30\",\"signatures\":[]}";

    @TempDir
    Path folder;

    private Publisher publisher;

    @BeforeEach
    void makePublisher() {
        publisher = Publisher.withLog(folder.resolve("log"), 2);
    }

    private static Bytes json(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void refuses(String text) {
        assertThatExceptionOfType(MalformedReleasesException.class)
                .isThrownBy(() -> Bundle.parse(json(text)))
                .withMessageStartingWith("bundle");
    }

    @Test
    void parse_ofWhatEncodeMade_isTheSame() throws Exception {
        publisher.publish(publisher.list(1));
        publisher.replace("bob");
        Bundle bundle = publisher.publish(publisher.list(2));

        assertThat(Bundle.parse(bundle.encode())).isEqualTo(bundle);
        assertThat(bundle.roots()).hasSize(2);
        assertThat(bundle.log()).isPresent();
    }

    @Test
    void parse_withoutALog_hasNone() throws Exception {
        Bundle bundle = Bundle.parse(json("{\"roots\":[" + ENVELOPE + "],\"list\":" + ENVELOPE + "}"));

        assertThat(bundle.log()).isEmpty();
        assertThat(bundle.list()).isEqualTo(SignedEnvelope.unsigned(json("{}")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"roots\":[],\"list\":ENVELOPE}",
                "{\"roots\":ENVELOPE,\"list\":ENVELOPE}",
                "{\"roots\":[ENVELOPE]}",
                "{\"list\":ENVELOPE}",
                "{\"roots\":[ENVELOPE],\"list\":null}",
                "{\"roots\":[ENVELOPE],\"list\":ENVELOPE,\"log\":null}",
                "{\"roots\":[ENVELOPE],\"list\":ENVELOPE,\"log\":{}}",
                "{\"roots\":[ENVELOPE],\"list\":ENVELOPE,\"list\":ENVELOPE}",
                "{\"roots\":[ENVELOPE],\"list\":ENVELOPE,\"more\":1}",
                "{\"roots\":[ENVELOPE],\"list\":ENVELOPE}{}",
                "{\"roots\":[ENVELOPE],\"list\":ENVELOPE,}",
                "{\"roots\":[null],\"list\":ENVELOPE}"
            })
    void parse_notOfTheFormat_isMalformed(String text) {
        refuses(text.replace("ENVELOPE", ENVELOPE));
    }

    @ParameterizedTest
    @CsvSource({"1024,true", "1025,false"})
    void parse_numberOfRoots_isBounded(int roots, boolean accepted) throws Exception {
        String text = "{\"roots\":[" + String.join(",", Collections.nCopies(roots, ENVELOPE)) + "],\"list\":" + ENVELOPE
                + "}";
        if (accepted) {
            assertThat(Bundle.parse(json(text)).roots()).hasSize(roots);
        } else {
            refuses(text);
        }
    }

    @Test
    void bundle_withoutARoot_cannotBeMade() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Bundle(List.of(), SignedEnvelope.unsigned(json("{}")), Optional.empty()));
    }

    @Test
    void state_ofWhatEncodeMade_isTheSame() throws Exception {
        Bundle bundle = publisher.publish(publisher.list(1));
        for (ReleaseState state : List.of(
                new ReleaseState(publisher.roots(), Optional.empty(), Optional.empty()),
                new ReleaseState(publisher.roots(), Optional.of(bundle), Optional.empty()),
                new ReleaseState(
                        publisher.roots(),
                        Optional.of(publisher.unchecked(bundle.list())),
                        bundle.log().map(proof -> proof.checkpoint())))) {
            assertThat(ReleaseState.parse(state.encode())).isEqualTo(state);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"roots\":[ENVELOPE]}",
                "{\"accepted\":null}",
                "{\"roots\":[],\"accepted\":null}",
                "{\"roots\":[ENVELOPE],\"accepted\":{}}",
                "{\"roots\":[ENVELOPE],\"accepted\":null,\"checkpoint\":null}",
                "{\"roots\":[ENVELOPE],\"accepted\":null,\"checkpoint\":\"no note\"}",
                "{\"roots\":[ENVELOPE],\"accepted\":null,\"version\":3}"
            })
    void state_notOfTheFormat_isMalformed(String text) {
        assertThatExceptionOfType(MalformedReleasesException.class)
                .isThrownBy(() -> ReleaseState.parse(json(text.replace("ENVELOPE", ENVELOPE))));
    }
}
