package io.attestedmesh.releases.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.attest.policy.KnownRelease;
import io.attestedmesh.attest.policy.ReferenceValues;
import io.attestedmesh.attest.verify.RejectedEvidenceException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.ReleasesReason;
import io.attestedmesh.releases.fixture.Publisher;
import io.attestedmesh.releases.trust.TrustedReleases.Outcome;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** One who trusts a publisher's lists, with a state file, and can be started again. */
final class Client implements Closeable {
    private final Requirements requirements;
    private final Optional<Path> state;
    private final Clock clock;
    private TrustedReleases releases;

    Client(Requirements requirements, Optional<Path> state, Clock clock) throws Exception {
        this.requirements = requirements;
        this.state = state;
        this.clock = clock;
        this.releases = TrustedReleases.open(requirements, state, clock);
    }

    static Client of(Publisher publisher, Path state) throws Exception {
        return new Client(publisher.requirements(), Optional.of(state), publisher.clock());
    }

    TrustedReleases releases() {
        return releases;
    }

    void restart() throws Exception {
        releases.close();
        releases = TrustedReleases.open(requirements, state, clock);
    }

    Outcome offer(Bundle bundle) throws Exception {
        return releases.offer(bundle.encode());
    }

    /** The version in force, 0 if there is none. */
    long version() {
        return releases.current().map(VerifiedList::version).orElse(0L);
    }

    KnownRelease releaseOf(int seed) throws RejectedEvidenceException {
        return releases.get().releaseOf(Publisher.code(seed), clock.instant());
    }

    /** Why code is not accepted now. */
    Reason refusalOf(int seed) {
        RejectedEvidenceException refused =
                catchThrowableOfType(RejectedEvidenceException.class, () -> releaseOf(seed));
        assertThat(refused).as("a refusal").isNotNull();
        return refused.reason();
    }

    /** That an offer is refused for that reason and the list in force stays, now and after a restart. */
    RejectedReleasesException refuses(Bytes offered, ReleasesReason reason) throws Exception {
        long before = version();
        ReferenceValues values = releases.get();
        RejectedReleasesException refused = rejection(() -> releases.offer(offered));
        assertThat(refused.reason()).as(refused.getMessage()).isEqualTo(reason);
        assertThat(releases.get()).as("the list in force").isSameAs(values);
        restart();
        assertThat(version()).as("the version in force after a restart").isEqualTo(before);
        return refused;
    }

    RejectedReleasesException refuses(Bundle offered, ReleasesReason reason) throws Exception {
        return refuses(offered.encode(), reason);
    }

    /** Every rejection says on one line what was wanted and what was there. */
    static RejectedReleasesException rejection(ThrowingCallable action) {
        RejectedReleasesException refused = catchThrowableOfType(RejectedReleasesException.class, action);
        assertThat(refused).as("a rejection").isNotNull();
        assertThat(refused.expected()).isNotBlank().matches("[\\x20-\\x7e]*");
        assertThat(refused.actual()).isNotBlank().matches("[\\x20-\\x7e]*").hasSizeLessThan(1000);
        return refused;
    }

    @Override
    public void close() throws IOException {
        releases.close();
    }
}
