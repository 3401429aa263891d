package io.attestedmesh.releases.audit;

import static io.attestedmesh.releases.audit.AuditWorld.LOG;
import static io.attestedmesh.releases.audit.AuditWorld.OTHER_LOG;
import static io.attestedmesh.releases.audit.AuditWorld.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.releases.fixture.Publisher;
import io.attestedmesh.releases.fixture.TestLog;
import io.attestedmesh.releases.log.LogEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The log's entries, and its checkpoints. */
class LogChecksTest {
    private final AuditWorld world = new AuditWorld();

    private void before(LogEntry... entries) {
        world.folder = new ArrayList<>(List.of(entries));
        world.proved = new ArrayList<>(List.of(entries));
    }

    @Test
    void listAloneInTheLog_beginsWithAGap() {
        before();
        assertThat(world.found(FindingId.LOG_GAP))
                .containsExactly("acme-kms version 3: versions 1 to 2 are missing before it");
    }

    @Test
    void missingVersion_isAGapWhereItIsMissed() {
        before(entry(1));
        assertThat(world.found(FindingId.LOG_GAP))
                .containsExactly("acme-kms version 3: version 2 is missing before it");
    }

    @Test
    void earlierVersion_behindLater_isBackwardsOnce() {
        before(entry(2), entry(1));
        assertThat(world.found(FindingId.LOG_BACKWARDS))
                .containsExactly("acme-kms version 1: in the log behind version 2");
    }

    @Test
    void versionOutOfItsOrder_isBackwardsAndNoGap() {
        before(entry(1), entry(4), entry(2));
        assertThat(world.found(FindingId.LOG_BACKWARDS))
                .containsExactly(
                        "acme-kms version 2: in the log behind version 4",
                        "acme-kms version 3: in the log behind version 4");
        assertThat(world.found(FindingId.LOG_GAP)).isEmpty();
    }

    @Test
    void forkThatIsLoggedAgain_isRepeatedAndNoOtherFork() {
        LogEntry fork = new LogEntry(AuditWorld.LIST, 2, Publisher.register(2, 32));
        before(entry(1), entry(2), fork, fork);
        assertThat(world.audit().findings().stream().map(Finding::id))
                .containsExactly(FindingId.LOG_FORK, FindingId.LOG_REPEATED);
    }

    @Test
    void missingVersions_areEachAGap() {
        world.version = 8;
        before(entry(2), entry(5), entry(6));
        assertThat(world.found(FindingId.LOG_GAP))
                .containsExactly(
                        "acme-kms version 2: version 1 is missing before it",
                        "acme-kms version 5: versions 3 to 4 are missing before it",
                        "acme-kms version 8: version 7 is missing before it");
    }

    @Test
    void entriesOfOtherLists_haveTheirOwnVersions() {
        LogEntry edge = new LogEntry("acme-edge", 77, Publisher.register(1, 33));
        before(edge, entry(1), edge, entry(2));
        assertThat(world.audit().findings()).isEmpty();
        assertThat(world.audit().logs().get(1).size()).isEqualTo(5);
        assertThat(world.audit().logs().get(1).entries()).contains(3L);
    }

    @Test
    void laterVersionInTheLog_supersedes() {
        world.later.add(entry(4));
        assertThat(world.found(FindingId.LIST_SUPERSEDED)).containsExactly("acme-kms version 3: the log has version 4");
    }

    @Test
    void otherDigestInTheLog_isAForkWithTheList() {
        world.folderHasList = false;
        world.later.add(entry(3));
        assertThat(world.found(FindingId.LOG_FORK))
                .singleElement()
                .asString()
                .contains("in bundle.json, " + entry(3).payloadSha384().hex() + " in the log");
        assertThat(world.found(FindingId.LOG_LACKS_LIST)).isEmpty();
        assertThat(world.found(FindingId.CHECKPOINT_FORK)).hasSize(1);
    }

    @Test
    void earlierListAtHand_isLookedForToo() {
        world.others.add(world.version(2, Duration.ofDays(1), world.core, world.old, world.edge));
        assertThat(world.found(FindingId.LOG_FORK))
                .singleElement()
                .asString()
                .startsWith("acme-kms version 2: ")
                .contains("in other.json");
    }

    @Test
    void folderBehindTheBundle_isToldWithBothSizes() {
        world.folderHasList = false;
        assertThat(world.found(FindingId.LOG_BEHIND))
                .containsExactly("acme-kms version 3: the bundle's checkpoint has size 3, the log's folder 2");
        assertThat(world.found(FindingId.LOG_LACKS_LIST)).isEmpty();
    }

    @Test
    void folderBehindAllProofs_isBehindAndNoFork() {
        world.folderHasList = false;
        world.consistentFrom = 3;
        assertThat(world.found(FindingId.LOG_BEHIND))
                .containsExactly("acme-kms version 3: the bundle's checkpoint has size 3, the log's folder 2;"
                        + " no proof leads from it to the bundle's");
        assertThat(world.audit().findings()).hasSize(1);
    }

    @Test
    void folderBehindTheBundle_whoseProofIsOfAnotherList_lacksIt() {
        world.folderHasList = false;
        world.later.add(new LogEntry("acme-edge", 1, Publisher.register(1, 33)));
        assertThat(world.found(FindingId.LOG_LACKS_LIST))
                .containsExactly("acme-kms version 3: the log of size 3 has no entry of it");
        assertThat(world.found(FindingId.LOG_BEHIND)).isEmpty();
        assertThat(world.found(FindingId.CHECKPOINT_FORK)).hasSize(1);
    }

    @Test
    void listAloneThatTheLogLacks_isFound() {
        world.folderHasList = false;
        world.isBundle = false;
        assertThat(world.audit().findings().stream().map(Finding::id)).containsExactly(FindingId.LOG_LACKS_LIST);
    }

    @Test
    void laterListThatTheLogLacks_isFound() {
        world.others.add(world.version(4, Duration.ofDays(-1), world.core, world.old, world.edge));
        assertThat(world.found(FindingId.LOG_LACKS_LIST))
                .containsExactly("acme-kms version 4: the log of size 3 has no entry of it");
    }

    @Test
    void versionBeforeTheFirstInTheLog_isAGapAlone() {
        before(entry(2));
        world.others.add(world.version(1, Duration.ofDays(1), world.core, world.old, world.edge));
        assertThat(world.found(FindingId.LOG_GAP))
                .containsExactly("acme-kms version 2: version 1 is missing before it");
        assertThat(world.audit().findings()).hasSize(1);
    }

    @Test
    void versionInAGap_isLacking() {
        before(entry(1));
        world.others.add(world.version(2, Duration.ofDays(1), world.core, world.old, world.edge));
        assertThat(world.found(FindingId.LOG_LACKS_LIST)).hasSize(1);
    }

    @Test
    void entriesThatCannotBeRead_areUnknownAndNothingIsLacking() {
        world.entriesAreRead = false;
        world.damage = Optional.of("tile/entries/000.p/3: is missing");
        assertThat(world.audit().findings().stream().map(Finding::id)).containsExactly(FindingId.LOG_DAMAGED);
        assertThat(world.audit().logs().get(1).entries()).isEmpty();
        assertThat(world.audit().logs().get(1).size()).isEqualTo(3);
    }

    @Test
    void folderBehindTheBundle_ofAnotherHistory_isFork() {
        world.folderHasList = false;
        world.folder.set(0, new LogEntry(AuditWorld.LIST, 1, Publisher.register(5, 34)));
        assertThat(world.found(FindingId.CHECKPOINT_FORK))
                .singleElement()
                .asString()
                .contains("LOG_FORK");
        assertThat(world.found(FindingId.LOG_BEHIND)).isEmpty();
        assertThat(world.found(FindingId.LOG_LACKS_LIST)).isEmpty();
    }

    @Test
    void laterBundle_ofAnotherHistory_isFork() {
        AuditedList later = world.version(4, Duration.ofDays(-1), world.core, world.old, world.edge);
        List<LogEntry> others = List.of(entry(1), entry(2), later.entry());
        world.others.add(new AuditedList(
                "later.json", later.envelope(), later.content(), List.of(), Optional.of(world.proof(others))));
        assertThat(world.found(FindingId.CHECKPOINT_FORK))
                .containsExactly("acme-kms version 4: the bundle's checkpoint of size 3 is not of the log in log");
    }

    @Test
    void laterBundle_ofALaterState_isBehind() {
        AuditedList later = world.version(4, Duration.ofDays(-1), world.core, world.old, world.edge);
        world.others.add(new AuditedList(
                "later.json",
                later.envelope(),
                later.content(),
                List.of(),
                Optional.of(world.proofWith(later.entry()))));
        assertThat(world.audit().findings().stream().map(Finding::id))
                .containsExactly(FindingId.LIST_SUPERSEDED, FindingId.LOG_BEHIND);
    }

    @Test
    void folderAheadOfTheBundle_isNoFinding() {
        world.later.add(new LogEntry("acme-edge", 1, Publisher.register(1, 33)));
        assertThat(world.audit().findings()).isEmpty();
    }

    @Test
    void damage_isToldOnOneLine() {
        world.damage = Optional.of("tile/0/000: a\nb");
        assertThat(world.found(FindingId.LOG_DAMAGED)).containsExactly("log: tile/0/000: a\\u000ab");
    }

    @Test
    void witnessesThatNobodyAsksFor_areCounted() {
        world.witnessThreshold = 0;
        assertThat(world.found(FindingId.WITNESSES_NOT_REQUIRED))
                .containsExactly("root version 1: asks for none of 1 witness key");
    }

    @Test
    void checkpointByAnotherKey_isToldForBundleAndLog() {
        world.logSigners = List.of(OTHER_LOG);
        assertThat(world.found(FindingId.CHECKPOINT_NOT_SIGNED))
                .hasSize(2)
                .anyMatch(line -> line.startsWith("the bundle's checkpoint: CHECKPOINT_UNSIGNED"))
                .anyMatch(line -> line.startsWith("the log's checkpoint: CHECKPOINT_UNSIGNED"));
        assertThat(world.audit().logs()).allMatch(log -> log.time().isEmpty());
    }

    @Test
    void checkpointWithoutWitnesses_isToldByTheClientsReason() {
        world.witnesses = List.of();
        assertThat(world.found(FindingId.CHECKPOINT_NOT_WITNESSED))
                .hasSize(2)
                .allMatch(line -> line.contains("checkpoint: WITNESSES_MISSING"));
        assertThat(world.audit().logs()).allMatch(log -> log.witnesses() == 0);
    }

    @Test
    void strangersCosignature_isNoWitness() {
        world.witnesses = List.of(TestLog.noteSigner("stranger.example"));
        assertThat(world.found(FindingId.CHECKPOINT_NOT_WITNESSED)).hasSize(2);
    }

    @Test
    void oldCheckpoint_isToldWithItsTime() {
        world.checkpointSigned = Duration.ofDays(-40);
        assertThat(world.found(FindingId.CHECKPOINT_OLD))
                .contains("the log's checkpoint: signed at 2026-10-11T10:00:00Z (40 days ago)");
    }

    @Test
    void checkpointOfTheFuture_isToldForBundleAndLog() {
        world.checkpointSigned = Duration.ofHours(2);
        assertThat(world.found(FindingId.CHECKPOINT_IN_FUTURE))
                .containsExactly(
                        "the bundle's checkpoint: signed at 2026-11-20T12:00:00Z (in 2 hours)",
                        "the log's checkpoint: signed at 2026-11-20T12:00:00Z (in 2 hours)");
        assertThat(world.found(FindingId.CHECKPOINT_OLD)).isEmpty();
    }

    @Test
    void checkpointWithoutWitnesses_whereNoneAreAsked_hasTheLogsTime() {
        world.witnessThreshold = 0;
        world.witnesses = List.of();
        world.logSigners = List.of(LOG);
        assertThat(world.audit().logs()).allMatch(log -> log.time().isPresent());
    }
}
