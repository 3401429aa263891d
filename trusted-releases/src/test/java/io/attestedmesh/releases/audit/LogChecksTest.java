package io.attestedmesh.releases.audit;

import static io.attestedmesh.releases.audit.AuditWorld.ALICE;
import static io.attestedmesh.releases.audit.AuditWorld.BOB;
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
        assertThat(world.found(FindingId.LOG_GAP)).containsExactly("acme-kms version 3: the first in the log");
    }

    @Test
    void missingVersion_isAGapWhereItIsMissed() {
        before(entry(1));
        assertThat(world.found(FindingId.LOG_GAP)).containsExactly("acme-kms version 3: in the log next to version 1");
    }

    @Test
    void earlierVersion_behindLater_isBackwardsOnce() {
        before(entry(2), entry(1));
        assertThat(world.found(FindingId.LOG_BACKWARDS))
                .containsExactly("acme-kms version 1: in the log behind version 2");
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
        world.others.add(world.other(
                AuditWorld.LIST, 2, Duration.ofDays(1), List.of(ALICE, BOB), world.core, world.old, world.edge));
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
        assertThat(world.found(FindingId.LOG_LACKS_LIST))
                .containsExactly("acme-kms version 3: none of the log's 2 entries is of it");
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
    void checkpointWithoutWitnesses_whereNoneAreAsked_hasTheLogsTime() {
        world.witnessThreshold = 0;
        world.witnesses = List.of();
        world.logSigners = List.of(LOG);
        assertThat(world.audit().logs()).allMatch(log -> log.time().isPresent());
    }
}
