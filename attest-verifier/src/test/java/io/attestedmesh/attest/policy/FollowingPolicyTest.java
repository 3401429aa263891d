package io.attestedmesh.attest.policy;

import static io.attestedmesh.attest.verify.EvidenceForPolicy.MADE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.attest.verify.EvidenceForPolicy;
import io.attestedmesh.attest.verify.RejectedEvidenceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

final class FollowingPolicyTest {
    private static final ReferenceValues REVOKING = (pcrs, at) -> {
        throw new RejectedEvidenceException(PolicyReason.RELEASE_REVOKED, "a release in force", "app 1.0, revoked");
    };

    private final AtomicReference<ReferenceValues> list = new AtomicReference<>(naming("app 1.0"));

    private static ReferenceValues naming(String release) {
        return (pcrs, at) -> KnownRelease.withoutEnd(release);
    }

    private static Reason refusal(Supplier<AttestationPolicy> policy, EvidenceForPolicy evidence) {
        return catchThrowableOfType(RejectedEvidenceException.class, () -> appraise(policy, evidence))
                .reason();
    }

    private static AttestationResult appraise(Supplier<AttestationPolicy> policy, EvidenceForPolicy evidence)
            throws RejectedEvidenceException {
        return policy.get().appraise(evidence.verified(), ExpectedClaims.NONE, MADE);
    }

    @Test
    void get_sameList_isTheSamePolicy() {
        Supplier<AttestationPolicy> policy = AttestationPolicy.builder().following(list::get);

        assertThat(policy.get()).isSameAs(policy.get());
    }

    @Test
    void get_listChanged_isAnotherPolicyFromThenOn() throws Exception {
        Supplier<AttestationPolicy> policy = AttestationPolicy.builder().following(list::get);
        AttestationPolicy before = policy.get();
        list.set(naming("app 2.0"));

        assertThat(policy.get()).isNotSameAs(before).isSameAs(policy.get());
        assertThat(appraise(policy, new EvidenceForPolicy()).releaseName()).isEqualTo("app 2.0");
    }

    @Test
    void get_releaseRevokedByTheChange_isRefused() {
        Supplier<AttestationPolicy> policy = AttestationPolicy.builder().following(list::get);
        list.set(REVOKING);

        assertThat(refusal(policy, new EvidenceForPolicy())).isEqualTo(PolicyReason.RELEASE_REVOKED);
    }

    @Test
    void get_listChangedBack_isNotThePolicyOfBefore() {
        Supplier<AttestationPolicy> policy = AttestationPolicy.builder().following(list::get);
        ReferenceValues first = list.get();
        AttestationPolicy before = policy.get();
        list.set(REVOKING);
        assertThat(policy.get()).isNotSameAs(before);
        list.set(first);

        assertThat(policy.get()).isNotSameAs(before);
    }

    @Test
    void get_listChanged_keepsTheOtherRules() {
        Supplier<AttestationPolicy> policy = AttestationPolicy.builder()
                .maxAge(Duration.ofMinutes(1))
                .requirePcrs(Set.of(8))
                .applicationData((data, pcrs) -> {
                    throw new RejectedEvidenceException(PolicyReason.APPLICATION_DATA, "none", data.hex());
                })
                .following(list::get);
        list.set(naming("app 2.0"));

        assertThat(refusal(policy, new EvidenceForPolicy().made(MADE.minusSeconds(61))))
                .isEqualTo(PolicyReason.TOO_OLD);
        assertThat(refusal(policy, new EvidenceForPolicy().withoutPcr(8))).isEqualTo(PolicyReason.PCR_MISSING);
        assertThat(refusal(policy, new EvidenceForPolicy())).isEqualTo(PolicyReason.APPLICATION_DATA);
        assertThat(refusal(policy, new EvidenceForPolicy().simulated())).isEqualTo(PolicyReason.SIMULATED_ROOT);
        assertThat(refusal(policy, new EvidenceForPolicy().debug())).isEqualTo(PolicyReason.DEBUG_ENCLAVE);
    }

    @Test
    void builderChangedAfterwards_doesNotChangeThePolicy() {
        AttestationPolicy.Builder builder = AttestationPolicy.builder();
        Supplier<AttestationPolicy> policy = builder.following(list::get);
        var unused = builder.insecureAllowSimulated().insecureAllowDebug();
        list.set(naming("app 2.0"));

        assertThat(refusal(policy, new EvidenceForPolicy().simulated())).isEqualTo(PolicyReason.SIMULATED_ROOT);
        assertThat(refusal(policy, new EvidenceForPolicy().debug())).isEqualTo(PolicyReason.DEBUG_ENCLAVE);
    }

    @Test
    void following_noList_isRefused() {
        assertThatThrownBy(() -> AttestationPolicy.builder().following(() -> null))
                .isInstanceOf(NullPointerException.class);
    }

    @Test
    void get_listGone_isNoPolicyAtAll() {
        Supplier<AttestationPolicy> policy = AttestationPolicy.builder().following(list::get);
        list.set(null);

        assertThatThrownBy(policy::get).isInstanceOf(NullPointerException.class);
    }

    @Test
    void following_besideReferenceValues_isRefused() {
        AttestationPolicy.Builder builder = AttestationPolicy.builder().referenceValues(REVOKING);

        assertThatThrownBy(() -> builder.following(list::get)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void insecureSettings_areWarnedOfOnce() {
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(AttestationPolicy.class.getName());
        logger.addHandler(handler);
        try {
            Supplier<AttestationPolicy> policy =
                    AttestationPolicy.builder().insecureAllowSimulated().following(list::get);
            list.set(naming("app 2.0"));
            assertThat(policy.get()).isSameAs(policy.get());
        } finally {
            logger.removeHandler(handler);
        }

        assertThat(lines).singleElement().asString().contains("simulated evidence is accepted");
    }

    @Test
    void get_byManyThreadsWhileTheListChanges_isOnePolicyForEachList() throws Exception {
        int threads = 4;
        int changes = 200;
        Supplier<AttestationPolicy> policy = AttestationPolicy.builder().following(list::get);
        CyclicBarrier round = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            Callable<List<AttestationPolicy>> reader = () -> {
                List<AttestationPolicy> seen = new ArrayList<>();
                for (int i = 0; i < changes; i++) {
                    if (round.await() == 0) {
                        list.set(naming("app " + i));
                    }
                    var unused = policy.get();
                    round.await();

                    seen.add(policy.get());
                }
                return seen;
            };
            List<Future<List<AttestationPolicy>>> all = pool.invokeAll(Collections.nCopies(threads, reader));

            Set<AttestationPolicy> different = Collections.newSetFromMap(new IdentityHashMap<>());
            for (Future<List<AttestationPolicy>> seen : all) {
                different.addAll(seen.get());
            }
            assertThat(different).hasSize(changes);
        } finally {
            pool.shutdownNow();
        }
    }
}
