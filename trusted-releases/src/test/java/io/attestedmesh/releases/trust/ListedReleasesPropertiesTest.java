package io.attestedmesh.releases.trust;

import static io.attestedmesh.releases.fixture.Publisher.NOW;
import static io.attestedmesh.releases.fixture.Publisher.code;
import static io.attestedmesh.releases.fixture.Publisher.release;
import static io.attestedmesh.releases.trust.ListedReleasesTest.between;
import static io.attestedmesh.releases.trust.ListedReleasesTest.list;
import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.policy.KnownRelease;
import io.attestedmesh.attest.verify.RejectedEvidenceException;
import io.attestedmesh.releases.list.Release;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** When an answer ends: verdicts are kept until then. */
class ListedReleasesPropertiesTest {
    /** Some releases of the same code with bounds within two minutes of now. */
    @Provide
    Arbitrary<List<Release>> releases() {
        Arbitrary<Optional<Integer>> bound =
                Arbitraries.integers().between(-120, 120).optional();
        Arbitrary<Boolean> deprecated = Arbitraries.of(true, false);
        return Combinators.combine(bound, bound, deprecated)
                .as((from, until, old) -> {
                    Release release = release("app", "1.0.0", 1);
                    boolean swap = from.isPresent() && until.isPresent() && from.get() > until.get();
                    return between(
                            old ? release.deprecated() : release,
                            (swap ? until : from).map(NOW::plusSeconds).orElse(null),
                            (swap ? from : until).map(NOW::plusSeconds).orElse(null));
                })
                .list()
                .ofMaxSize(4)
                .map(ListedReleasesPropertiesTest::numbered);
    }

    private static List<Release> numbered(List<Release> releases) {
        return IntStream.range(0, releases.size())
                .mapToObj(i -> new Release(
                        "app",
                        "1.0." + i,
                        releases.get(i).status(),
                        releases.get(i).pcrs(),
                        Optional.empty(),
                        Optional.empty(),
                        releases.get(i).notBefore(),
                        releases.get(i).notAfter(),
                        Optional.empty(),
                        Optional.empty()))
                .toList();
    }

    @Property
    void until_isTheLastInstantOfTheSameAnswer(@ForAll("releases") List<Release> releases) {
        ListedReleases list = list(releases.toArray(Release[]::new));
        for (int second = -121; second <= 121; second += 11) {
            Instant at = NOW.plusSeconds(second);
            Optional<KnownRelease> answer = answer(list, at);
            if (answer.isPresent()) {
                Instant until = answer.get().until();
                assertThat(answer(list, until)).isEqualTo(answer);
                assertThat(answer(list, at.plus(Duration.between(at, until).dividedBy(2))))
                        .isEqualTo(answer);
                assertThat(answer(list, until.plusNanos(1))).isNotEqualTo(answer);
            }
        }
    }

    private static Optional<KnownRelease> answer(ListedReleases list, Instant at) {
        try {
            return Optional.of(list.releaseOf(code(1), at));
        } catch (RejectedEvidenceException refused) {
            return Optional.empty();
        }
    }
}
