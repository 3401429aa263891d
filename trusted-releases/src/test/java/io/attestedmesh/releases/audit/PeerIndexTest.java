package io.attestedmesh.releases.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.releases.fixture.Publisher;
import io.attestedmesh.releases.list.Release;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class PeerIndexTest {
    /** Of one of two programs, with each register around the code left out or one of two values. */
    @Provide
    Arbitrary<Release> release() {
        return Arbitraries.integers().between(0, 2 * 27 - 1).map(number -> {
            ReleaseDraft draft = new ReleaseDraft("kms", "1.0." + number, number % 2);
            int rest = number / 2;
            for (int index : Registers.SURROUNDINGS) {
                if (rest % 3 > 0) {
                    draft.pcr(index, Publisher.register(rest % 3, index));
                }
                rest /= 3;
            }
            return draft.make();
        });
    }

    @Provide
    Arbitrary<List<Release>> releases() {
        return release().list().ofMaxSize(30);
    }

    /** Whether every peer of {@code inner} has all registers that {@code outer} names. */
    private static boolean isWithin(Release inner, Release outer) {
        return inner.pcrs()
                .values()
                .entrySet()
                .containsAll(outer.pcrs().values().entrySet());
    }

    private static boolean share(Release a, Release b) {
        return Release.REGISTERS.stream()
                .allMatch(index -> a.pcrs().get(index).isEmpty()
                        || b.pcrs().get(index).isEmpty()
                        || a.pcrs().get(index).equals(b.pcrs().get(index)));
    }

    @Property
    void answers_areThoseOfComparingEachWithEach(
            @ForAll("releases") List<Release> releases, @ForAll("release") Release asked) {
        PeerIndex index = PeerIndex.of(releases);
        assertThat(index.sharing(asked).count()).isEqualTo((int)
                releases.stream().filter(each -> share(each, asked)).count());
        assertThat(index.within(asked).count()).isEqualTo((int)
                releases.stream().filter(each -> isWithin(each, asked)).count());
        assertThat(index.covers(asked)).isEqualTo(releases.stream().anyMatch(each -> isWithin(asked, each)));
    }

    @Test
    void otherKernel_isOtherCode_unlessPcr0AloneCounts() {
        Release one = new ReleaseDraft("kms", "1.0.0", 1).make();
        Release other = new ReleaseDraft("kms", "1.0.1", 1)
                .pcr(1, Publisher.register(2, 1))
                .make();
        assertThat(PeerIndex.of(List.of(one)).sharing(other).isEmpty()).isTrue();
        assertThat(PeerIndex.of(List.of(Registers.IMAGE), List.of(one)).sharing(other))
                .hasToString("kms 1.0.0");
    }

    /** So that asking for each release of a list costs no more than the list has releases. */
    @Test
    void answer_ofThousands_namesFive() {
        List<Release> releases = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            releases.add(new ReleaseDraft("kms", "1.0." + i, 1).make());
        }
        Titles found = PeerIndex.of(releases).sharing(releases.get(0));
        assertThat(found.count()).isEqualTo(5000);
        assertThat(found).hasToString("kms 1.0.0, kms 1.0.1, kms 1.0.2, kms 1.0.3, kms 1.0.4 and 4995 more");
    }
}
