package io.attestedmesh.releases.root;

import static io.attestedmesh.releases.ReleasesReason.ROOT_EXPIRED;
import static io.attestedmesh.releases.ReleasesReason.ROOT_FORK;
import static io.attestedmesh.releases.ReleasesReason.ROOT_ROLLBACK;
import static io.attestedmesh.releases.ReleasesReason.ROOT_VERSION_GAP;
import static io.attestedmesh.releases.ReleasesReason.SIGNATURE_INVALID;
import static io.attestedmesh.releases.ReleasesReason.THRESHOLD_NOT_MET;
import static io.attestedmesh.releases.ReleasesReason.WRONG_LIST;
import static io.attestedmesh.releases.ReleasesReason.WRONG_TYPE;
import static io.attestedmesh.releases.root.Roots.ALICE;
import static io.attestedmesh.releases.root.Roots.BOB;
import static io.attestedmesh.releases.root.Roots.CAROL;
import static io.attestedmesh.releases.root.Roots.DAVE;
import static io.attestedmesh.releases.root.Roots.root;
import static io.attestedmesh.releases.root.Roots.signed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.ReleasesReason;
import io.attestedmesh.releases.envelope.DocumentType;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.fixture.Signer;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** From the root in the image to the newest: dave comes for bob in version 2, version 3 is of carol and dave alone. */
class RootChainTest {
    private final SignedEnvelope first = signed(root(1, 2, ALICE, BOB, CAROL), ALICE, BOB);
    private final SignedEnvelope second = signed(root(2, 2, ALICE, DAVE, CAROL), ALICE, CAROL);
    private final SignedEnvelope third = signed(root(3, 2, CAROL, DAVE), DAVE, CAROL);

    @Test
    void chain_isWalkedToTheNewest() throws Exception {
        assertThat(walk(first, first, second, third).version()).isEqualTo(3);
    }

    @Test
    void chain_isWalkedFromAnywhereInIt() throws Exception {
        assertThat(walk(second, first, second, third).payload()).isEqualTo(third.payload());
        assertThat(walk(second, third).payload()).isEqualTo(third.payload());
    }

    @Test
    void chain_mayBeOfferedInAnyOrderAndTwice() throws Exception {
        assertThat(walk(first, third, second, first, second).version()).isEqualTo(3);
    }

    @Test
    void newestAlreadyTrusted_isKept() throws Exception {
        assertThat(walk(third, first, second, third).envelope()).isEqualTo(third);
        assertThat(walk(third).envelope()).isEqualTo(third);
    }

    @Test
    void olderRoot_isNoFallback() {
        assertRefused(ROOT_ROLLBACK, () -> walk(third, first, second), "version 2");
    }

    @Test
    void skippedVersion_isRefused() {
        assertRefused(ROOT_VERSION_GAP, () -> walk(first, first, third), "version 3");
    }

    @Test
    void skippedVersion_isRefusedWhoeverSigned() {
        SignedEnvelope byAll = signed(root(3, 2, ALICE, BOB), ALICE, BOB);

        assertRefused(ROOT_VERSION_GAP, () -> walk(first, byAll), "version 3");
    }

    @Test
    void otherRootOfTheTrustedVersion_isRefused() {
        SignedEnvelope other = signed(root(1, 1, ALICE, BOB, CAROL), ALICE, BOB);

        assertRefused(ROOT_FORK, () -> walk(first, other, second), "two that differ");
    }

    @Test
    void twoRootsOfOneVersion_areRefused() {
        SignedEnvelope other = signed(root(2, 1, ALICE, DAVE, CAROL), ALICE, CAROL);

        assertRefused(ROOT_FORK, () -> walk(first, second, other), "two that differ");
    }

    @Test
    void rootWithoutThresholdOfTheOneBefore_isRefused() {
        SignedEnvelope takeover = signed(root(2, 1, ALICE, DAVE), ALICE, DAVE);

        assertRefused(THRESHOLD_NOT_MET, () -> walk(first, takeover), "1 [alice] of 2 signatures");
    }

    @Test
    void rootOfStrangers_isRefused() {
        SignedEnvelope takeover = signed(root(2, 1, DAVE), DAVE);

        assertRefused(THRESHOLD_NOT_MET, () -> walk(first, takeover), "0 [] of 1 signatures");
    }

    @Test
    void rootWithoutItsOwnThreshold_isRefused() {
        SignedEnvelope untested = signed(root(2, 2, DAVE, CAROL), ALICE, BOB, CAROL);

        assertRefused(THRESHOLD_NOT_MET, () -> walk(first, untested), "1 [carol] of 3 signatures");
    }

    @Test
    void laterRoot_isJudgedByTheOneBeforeIt_notByTheAnchor() {
        SignedEnvelope byTheRemoved = signed(root(3, 1, ALICE, BOB), ALICE, BOB);

        assertRefused(THRESHOLD_NOT_MET, () -> walk(first, second, byTheRemoved), "1 [alice] of 2 signatures");
    }

    @Test
    void refusedRoot_refusesAllThatWasOffered() {
        SignedEnvelope unsigned =
                SignedEnvelope.unsigned(root(3, 2, CAROL, DAVE).encode());

        assertRefused(THRESHOLD_NOT_MET, () -> walk(first, second, unsigned), "0 [] of 0 signatures");
    }

    @Test
    void rootSignedAsList_isRefused() {
        SignedEnvelope asList =
                Signer.signAll(DocumentType.RELEASE_LIST, root(2, 1, ALICE, BOB).encode(), ALICE, BOB);

        assertRefused(WRONG_TYPE, () -> walk(first, asList), "\"amesh-release-list+json\"");
    }

    @Test
    void signaturesOfAnotherRoot_areRefused() {
        SignedEnvelope moved = new SignedEnvelope(root(2, 1, ALICE).encode(), second.signatures());

        assertRefused(SIGNATURE_INVALID, () -> walk(first, moved), "one that is not");
    }

    @Test
    void rootOfAnotherList_isRefused() {
        SignedEnvelope other = signed(Roots.of("other", 2, 1, ALICE, BOB), ALICE, BOB);

        assertRefused(WRONG_LIST, () -> walk(first, other), "other");
    }

    @Test
    void rootThatIsNone_isMalformed() {
        SignedEnvelope none = SignedEnvelope.unsigned(Roots.utf8("{}"));

        assertThatThrownBy(() -> walk(first, none)).isInstanceOf(MalformedReleasesException.class);
    }

    @Test
    void anchor_needsItsOwnThreshold() {
        SignedEnvelope byOne = signed(root(1, 2, ALICE, BOB), ALICE);

        assertRefused(THRESHOLD_NOT_MET, () -> SignedRoot.of(byOne), "1 [alice] of 1 signatures");
    }

    @Test
    void root_isValidUntilItExpires() throws Exception {
        SignedRoot root = SignedRoot.of(first);

        assertThatCode(() -> root.requireNotExpired(Roots.EXPIRES.minusSeconds(1)))
                .doesNotThrowAnyException();
        assertRefused(
                ROOT_EXPIRED,
                () -> root.requireNotExpired(Roots.EXPIRES),
                "version 1, expired at 2027-11-20T10:00:00Z");
    }

    private static SignedRoot walk(SignedEnvelope trusted, SignedEnvelope... offered) throws Exception {
        return RootChain.walk(SignedRoot.of(trusted), List.of(offered));
    }

    private static void assertRefused(ReleasesReason reason, ThrowingCallable walk, String actual) {
        RejectedReleasesException refusal = catchThrowableOfType(RejectedReleasesException.class, walk);
        assertThat(refusal).isNotNull();
        assertThat(refusal.reason()).isEqualTo(reason);
        assertThat(refusal.actual()).isEqualTo(actual);
    }
}
