package io.attestedmesh.releases.root;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.envelope.KeySet;
import io.attestedmesh.releases.envelope.NamedKey;
import io.attestedmesh.releases.fixture.Signer;
import io.attestedmesh.releases.log.NoteKey;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class TrustRootPropertiesTest {
    private static final long MAX_VERSION = (1L << 53) - 1;
    private static final NoteKey LOG_KEY = Roots.logKey("log");
    private static final List<NoteKey> WITNESSES =
            IntStream.range(0, 3).mapToObj(i -> Roots.witnessKey("w" + i)).toList();

    @Property
    void encodedRoot_isReadAsItWas(@ForAll("roots") TrustRoot root) throws Exception {
        assertThat(TrustRoot.parse(root.encode())).isEqualTo(root);
    }

    @Property
    void shortenedRoot_isMalformed(@ForAll("roots") TrustRoot root, @ForAll int cut) {
        Bytes encoded = root.encode();
        Bytes shorter = encoded.slice(0, Math.floorMod(cut, encoded.size() - 1));

        assertThatThrownBy(() -> TrustRoot.parse(shorter)).isInstanceOf(MalformedReleasesException.class);
    }

    @Provide
    Arbitrary<TrustRoot> roots() {
        return Combinators.combine(
                        Arbitraries.of("a", "acme-kms", "A.b_c-9"),
                        Arbitraries.longs().between(1, MAX_VERSION),
                        Arbitraries.longs().between(0, 4_000_000_000L),
                        keySets(),
                        Arbitraries.longs().between(1, MAX_VERSION),
                        logs().optional())
                .as((list, version, issued, keys, minimum, log) -> new TrustRoot(
                        list,
                        version,
                        Instant.ofEpochSecond(issued),
                        Instant.ofEpochSecond(issued + 1),
                        keys,
                        minimum,
                        log));
    }

    private static Arbitrary<KeySet> keySets() {
        Arbitrary<Set<NamedKey>> keys = Arbitraries.of(Roots.ALICE, Roots.BOB, Roots.CAROL, Roots.DAVE)
                .map(Signer::key)
                .set()
                .ofMinSize(1);
        return keys.flatMap(all -> Arbitraries.integers()
                .between(1, all.size())
                .map(threshold -> new KeySet(List.copyOf(all), threshold)));
    }

    private static Arbitrary<LogTrust> logs() {
        return Arbitraries.integers()
                .between(0, WITNESSES.size())
                .flatMap(count -> Arbitraries.integers()
                        .between(0, count)
                        .map(threshold ->
                                new LogTrust("log", List.of(LOG_KEY), WITNESSES.subList(0, count), threshold)));
    }
}
