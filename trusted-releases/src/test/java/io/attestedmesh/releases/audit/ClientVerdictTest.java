package io.attestedmesh.releases.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.fixture.Publisher;
import io.attestedmesh.releases.root.TrustRoot;
import io.attestedmesh.releases.trust.Bundle;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Which roots the list is judged under. */
class ClientVerdictTest {
    private final Publisher publisher = Publisher.withoutLog();

    private String refusal(Bundle bundle, List<SignedEnvelope> given) throws Exception {
        AuditedList list = AuditedList.parse("bundle.json", bundle.encode());
        return new Audit(Optional.empty())
                .of(subject(list, given), Publisher.NOW)
                .refusal()
                .orElse("accepted");
    }

    @Test
    void oldRootGiven_isFollowedThroughTheBundle() throws Exception {
        List<SignedEnvelope> first = publisher.roots();
        publisher.replace("bob");
        assertThat(refusal(publisher.publish(publisher.list(1)), first)).isEqualTo("accepted");
    }

    @Test
    void newRootGiven_bundleWithout_isRollback() throws Exception {
        Bundle old = publisher.publish(publisher.list(1));
        publisher.replace("bob");
        assertThat(refusal(old, publisher.roots())).startsWith("ROOT_ROLLBACK");
    }

    @Test
    void newRootGiven_listAlone_needsItsThreshold() throws Exception {
        SignedEnvelope signed = publisher.sign(publisher.list(1));
        publisher.replace("bob");
        AuditedList list = AuditedList.parse("list.json", signed.encode());
        assertThat(new Audit(Optional.empty())
                        .of(subject(list, publisher.roots()), Publisher.NOW)
                        .refusal()
                        .orElseThrow())
                .startsWith("THRESHOLD_NOT_MET");
    }

    @Test
    void rootOfOthersGiven_isFork() throws Exception {
        assertThat(refusal(
                        publisher.publish(publisher.list(1)),
                        Publisher.withoutLog().roots()))
                .startsWith("ROOT_FORK");
    }

    @Test
    void rootsGivenThatDoNotFollow_areRefused() throws Exception {
        Publisher other = Publisher.withoutLog();
        other.replace("bob");
        List<SignedEnvelope> mixed =
                List.of(publisher.roots().get(0), other.roots().get(1));
        assertThat(refusal(publisher.publish(publisher.list(1)), mixed)).startsWith("THRESHOLD_NOT_MET");
    }

    @Test
    void noRootGiven_bundleIsJudgedUnderItsOwn() throws Exception {
        assertThat(refusal(publisher.publish(publisher.list(1)), List.of())).isEqualTo("accepted");
    }

    @Test
    void rootOfAnotherListBesides_isPassedOver() throws Exception {
        List<SignedEnvelope> both = List.of(edgeRoot(), publisher.roots().get(0));
        assertThat(refusal(publisher.publish(publisher.list(1)), both)).isEqualTo("accepted");
    }

    @Test
    void rootOfAnotherListAlone_isNotTheLists() throws Exception {
        assertThat(refusal(publisher.publish(publisher.list(1)), List.of(edgeRoot())))
                .startsWith("ROOT_FORK");
    }

    @Test
    void rootThatIsNone_isRefused() throws Exception {
        SignedEnvelope list = publisher.sign(publisher.list(1));
        assertThat(refusal(new Bundle(List.of(list), list, Optional.empty()), List.of()))
                .isEqualTo("there is no trust root to verify it under");
    }

    /** Behind the publisher's own root comes one that others signed, and a list of theirs. */
    private Bundle withForgedNewRoot() throws Exception {
        Publisher forger = Publisher.withoutLog();
        forger.replace("bob");
        return new Bundle(
                List.of(publisher.roots().get(0), forger.roots().get(1)),
                forger.sign(forger.list(1)),
                Optional.empty());
    }

    @Test
    void forgedNewRootInTheBundle_isRefused() throws Exception {
        assertThat(refusal(withForgedNewRoot(), publisher.roots())).startsWith("THRESHOLD_NOT_MET");
    }

    @Test
    void forgedNewRootInTheBundle_isNotShown() throws Exception {
        AuditedList list = AuditedList.parse("bundle.json", withForgedNewRoot().encode());
        AuditReport report = new Audit(Optional.empty()).of(subject(list, publisher.roots()), Publisher.NOW);
        assertThat(report.root()).contains(publisher.root());
        assertThat(report.rootDigest()).contains(publisher.roots().get(0).payloadDigest());
        assertThat(report.keys()).noneMatch(use -> use.signed() == KeyUse.Signed.YES);
        assertThat(report.accepted()).contains(false);
    }

    @Test
    void newRootInTheBundle_toWhichTheGivenOneLeads_isShown() throws Exception {
        List<SignedEnvelope> first = publisher.roots();
        publisher.replace("bob");
        AuditedList list = AuditedList.parse(
                "bundle.json", publisher.publish(publisher.list(1)).encode());
        AuditReport report = new Audit(Optional.empty()).of(subject(list, first), Publisher.NOW);
        assertThat(report.root()).contains(publisher.root());
        assertThat(report.accepted()).contains(true);
    }

    @Test
    void listBelowTheRootsMinimum_isRollback() throws Exception {
        publisher.rotate(
                publisher.signers(),
                root -> new TrustRoot(
                        root.list(), root.version(), root.issuedAt(), root.expiresAt(), root.keys(), 5, root.log()));
        assertThat(refusal(publisher.unchecked(publisher.sign(publisher.list(4))), publisher.roots()))
                .startsWith("LIST_ROLLBACK");
    }

    private static AuditSubject subject(AuditedList list, List<SignedEnvelope> given) {
        return new AuditSubject(list, given, Optional.empty(), List.of(), List.of(), OptionalLong.empty());
    }

    private SignedEnvelope edgeRoot() {
        TrustRoot root = publisher.root();
        TrustRoot edge =
                new TrustRoot("acme-edge", 1, root.issuedAt(), root.expiresAt(), root.keys(), 1, Optional.empty());
        return Publisher.signRoot(
                edge, publisher.signers().get(0), publisher.signers().get(1));
    }
}
