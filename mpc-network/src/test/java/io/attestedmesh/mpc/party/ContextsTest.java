package io.attestedmesh.mpc.party;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.tls.PeerIdentity;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ContextsTest {
    private final Contexts contexts = new Contexts();
    private final AtomicInteger changes = new AtomicInteger();

    private static Party party(int id) {
        return Party.of(id, new PeerIdentity("party-" + id + ".example"), "127.0.0.1", 7000 + id);
    }

    private static MpcContext context(String name, Party... parties) {
        return new MpcContext(name, Arrays.asList(parties));
    }

    @Test
    void set_addsAndRemovesAtOnce() {
        contexts.add(context("old", party(1), party(2)));
        contexts.onChange(changes::incrementAndGet);

        contexts.set(List.of(context("new", party(1), party(3))));

        assertThat(contexts.context("old")).isEmpty();
        assertThat(contexts.partiesOf(party(2).identity())).isEmpty();
        assertThat(contexts.partiesOf(party(3).identity())).containsExactly(party(3));
        assertThat(changes).hasValue(1);
    }

    @Test
    void set_ofTheSame_isNoChange() {
        contexts.add(context("one", party(1), party(2)));
        contexts.onChange(changes::incrementAndGet);

        contexts.set(List.of(context("one", party(2), party(1))));

        assertThat(changes).hasValue(0);
    }

    @Test
    void set_movesAPartyThatIsInTwoContexts() {
        Party moved = Party.of(2, party(2).identity(), "127.0.0.2", 7002);
        contexts.add(context("one", party(1), party(2)));
        contexts.add(context("two", party(1), party(2), party(3)));

        contexts.set(List.of(context("one", party(1), moved), context("two", party(1), moved, party(3))));

        assertThat(contexts.partiesOf(moved.identity())).containsExactly(moved, moved);
    }

    @Test
    void set_ofAPartyWithTwoAddresses_changesNothing() {
        contexts.add(context("one", party(1), party(2)));
        contexts.onChange(changes::incrementAndGet);
        Party moved = Party.of(2, party(2).identity(), "127.0.0.2", 7002);

        assertThatThrownBy(() ->
                        contexts.set(List.of(context("one", party(1), party(2)), context("two", party(1), moved))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two addresses");
        assertThat(contexts.all()).containsExactly(context("one", party(1), party(2)));
        assertThat(changes).hasValue(0);
    }

    @Test
    void set_ofTwoWithOneName_changesNothing() {
        assertThatThrownBy(() -> contexts.set(List.of(context("one", party(1)), context("one", party(2)))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(contexts.all()).isEmpty();
    }

    @Test
    void listenerThatHasLeft_hearsNothing() {
        contexts.onChange(changes::incrementAndGet).run();

        contexts.add(context("one", party(1)));

        assertThat(changes).hasValue(0);
    }

    @Test
    void contexts_differByNameAndParties() {
        MpcContext one = context("one", party(1), party(2));

        assertThat(one).isEqualTo(context("one", party(2), party(1)));
        assertThat(one).isNotEqualTo(context("two", party(1), party(2)));
        assertThat(one).isNotEqualTo(context("one", party(1)));
        assertThat(one).isNotEqualTo(context("one", party(1), party(2).withReleases(java.util.Set.of("release-1"))));
    }
}
