package io.attestedmesh.releases.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.fixture.Publisher;
import io.attestedmesh.releases.log.LogProof;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** What a bundle says is what was signed, whatever happens to its bytes on the way. */
class BundlePropertiesTest {
    private static Path folder;
    private static Publisher publisher;
    private static Bundle bundle;
    private static byte[] encoded;

    @BeforeContainer
    static void publish() throws IOException {
        folder = Files.createTempDirectory("BundlePropertiesTest");
        publisher = Publisher.withLog(folder.resolve("log"), 1);
        publisher.publish(publisher.list(1));
        publisher.replace("carol");
        bundle = publisher.publish(publisher.list(2));
        encoded = bundle.encode().toByteArray();
    }

    @AfterContainer
    static void deleteLog() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static Optional<VerifiedList> accepted(Bytes offered) {
        try {
            return Optional.of(new BundleVerifier(publisher.requirements().requiringInclusion())
                    .verify(Bundle.parse(offered), Publisher.NOW));
        } catch (MalformedReleasesException | RejectedReleasesException e) {
            return Optional.empty();
        }
    }

    private static void refusedOrTheSame(Bytes offered) {
        Optional<VerifiedList> read = accepted(offered);
        if (read.isPresent()) {
            assertThat(read.get().payloadDigest()).isEqualTo(bundle.list().payloadDigest());
            assertThat(read.get().root().payload())
                    .isEqualTo(bundle.roots().get(1).payload());
            assertThat(read.get().checkpoint().orElseThrow().checkpoint())
                    .isEqualTo(bundle.log().orElseThrow().checkpoint().checkpoint());
        }
    }

    @Property(tries = 300)
    void bitFlipped_isRefusedOrChangesNothing(
            @ForAll @DoubleRange(max = 1, maxIncluded = false) double at, @ForAll @IntRange(max = 7) int bit) {
        byte[] flipped = encoded.clone();
        flipped[(int) (at * flipped.length)] ^= (byte) (1 << bit);

        refusedOrTheSame(Bytes.of(flipped));
    }

    @Property(tries = 300)
    void bitOfThePayloadFlipped_isRefused(
            @ForAll @DoubleRange(max = 1, maxIncluded = false) double at, @ForAll @IntRange(max = 7) int bit) {
        byte[] payload = bundle.list().payload().toByteArray();
        payload[(int) (at * payload.length)] ^= (byte) (1 << bit);
        SignedEnvelope changed =
                new SignedEnvelope(Bytes.of(payload), bundle.list().signatures());

        assertThat(accepted(new Bundle(bundle.roots(), changed, bundle.log()).encode()))
                .isEmpty();
    }

    @Property(tries = 300)
    void bitOfTheRootFlipped_isRefused(
            @ForAll @DoubleRange(max = 1, maxIncluded = false) double at, @ForAll @IntRange(max = 7) int bit) {
        byte[] payload = bundle.roots().get(1).payload().toByteArray();
        payload[(int) (at * payload.length)] ^= (byte) (1 << bit);
        SignedEnvelope changed =
                new SignedEnvelope(Bytes.of(payload), bundle.roots().get(1).signatures());
        List<SignedEnvelope> roots = List.of(bundle.roots().get(0), changed);

        assertThat(accepted(new Bundle(roots, bundle.list(), bundle.log()).encode()))
                .isEmpty();
    }

    @Property(tries = 300)
    void bitOfTheInclusionProofFlipped_isRefused(
            @ForAll @DoubleRange(max = 1, maxIncluded = false) double at, @ForAll @IntRange(max = 7) int bit) {
        LogProof proof = bundle.log().orElseThrow();
        List<Bytes> inclusion = new ArrayList<>(proof.inclusion());
        byte[] hash = inclusion.get(0).toByteArray();
        hash[(int) (at * hash.length)] ^= (byte) (1 << bit);
        inclusion.set(0, Bytes.of(hash));
        LogProof changed = new LogProof(proof.checkpoint(), proof.index(), inclusion, proof.consistency());

        assertThat(accepted(new Bundle(bundle.roots(), bundle.list(), Optional.of(changed)).encode()))
                .isEmpty();
    }

    @Property(tries = 300)
    void bytesLeftOut_isRefusedOrChangesNothing(
            @ForAll @DoubleRange(max = 1, maxIncluded = false) double at,
            @ForAll @IntRange(min = 1, max = 200) int size) {
        int from = (int) (at * encoded.length);
        Bytes whole = Bytes.of(encoded);

        refusedOrTheSame(
                Bytes.concat(whole.slice(0, from), whole.slice(Math.min(encoded.length, from + size), encoded.length)));
    }
}
