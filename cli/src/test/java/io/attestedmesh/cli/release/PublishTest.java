package io.attestedmesh.cli.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.file.LockFile;
import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.SigningDesk;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.document.Destination;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.log.LogProof;
import io.attestedmesh.releases.trust.Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** {@code amesh release publish}. */
class PublishTest {
    @TempDir
    Path folder;

    private SigningDesk desk;

    @BeforeEach
    void sit() {
        desk = new SigningDesk(folder).signedList();
    }

    private Bundle bundle() throws Exception {
        return Bundle.parse(Bytes.of(Files.readAllBytes(folder.resolve("bundle.json"))));
    }

    private LogProof proof() throws Exception {
        return bundle().log().orElseThrow();
    }

    private long logSize() {
        return desk.done("release log show @log").outLines().size() - 3L;
    }

    @Test
    void publish_signedList_isInTheLogAndTheBundle() throws Exception {
        CommandRun run = desk.done(desk.publication("list.json", "--json"));
        assertThat(run.outLines())
                .singleElement()
                .asString()
                .contains(
                        "\"list\":\"acme-kms\"",
                        "\"version\":1",
                        "\"rootVersion\":1",
                        "\"log\":{\"origin\":\"log\",\"index\":0,\"size\":1,\"checkpointTime\":\"2026-11-20T10:00:00Z\"}");
        assertThat(run.err())
                .contains("Published version 1 of acme-kms with 1 release (1 active)")
                .contains("entry 0 of the 1 in log, checkpoint of 2026-11-20T10:00:00Z");
        assertThat(bundle().roots()).hasSize(1);
    }

    @Test
    void publish_intoAFolder_writesBundleJson() throws Exception {
        Files.createDirectory(folder.resolve("public"));
        CommandRun run =
                desk.done("release publish @list.json --root @root.1.json --log @log --log-key @log.key --out @public");
        assertThat(run.outLines()).containsExactly(desk.path("public/bundle.json"));
        assertThat(folder.resolve("public/bundle.json")).exists();
    }

    @Test
    void publish_intoAFolderThatIsNotThere_makesIt() {
        desk.done("release publish @list.json --root @root.1.json --log @log --log-key @log.key --out @site/releases/");
        assertThat(folder.resolve("site/releases/bundle.json")).exists();
    }

    @Test
    void publish_whereNoFolderCanBe_entersNothing() throws Exception {
        Files.writeString(folder.resolve("site"), "a file");
        CommandRun run = desk.run(
                "release publish @list.json --root @root.1.json --log @log --log-key @log.key --out @site/bundle.json");
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.FAILED);
        assertThat(logSize()).isZero();
    }

    @Test
    void publish_whileAnotherDoes_waitsForNobody() throws Exception {
        try (LockFile other = Destination.lock(folder.resolve("bundle.json"))) {
            CommandRun run = desk.run(desk.publication("list.json"));
            assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
            assertThat(run.err()).contains("another command is writing");
            other.requireHeld();
        }
        assertThat(logSize()).isZero();
        desk.publish("list.json");
    }

    @Test
    void publish_sameListAgain_entersItOnce() throws Exception {
        desk.publish("list.json");
        byte[] before = Files.readAllBytes(folder.resolve("bundle.json"));
        desk.publish("list.json");
        assertThat(logSize()).isEqualTo(1);
        assertThat(Files.readAllBytes(folder.resolve("bundle.json"))).isEqualTo(before);
    }

    @Test
    void publish_afterACrashBehindTheLog_goesOn() throws Exception {
        desk.publish("list.json");
        Files.delete(folder.resolve("bundle.json"));
        desk.publish("list.json");
        assertThat(logSize()).isEqualTo(1);
        assertThat(proof().index()).isZero();
    }

    @Test
    void publish_nextVersion_provesThatTheLogGrew() throws Exception {
        desk.publish("list.json").nextList().publish("next.json");
        assertThat(proof().index()).isEqualTo(1);
        assertThat(proof().consistency()).hasSize(1);
    }

    @Test
    void publish_secondTime_needsNoRootAgain() throws Exception {
        desk.publish("list.json").nextList();
        desk.done("release publish @next.json --log @log --log-key @log.key --out @bundle.json");
        assertThat(bundle().roots()).hasSize(1);
    }

    @Test
    void publish_olderVersion_isRefused() {
        desk.publish("list.json").nextList().publish("next.json");
        desk.rejected("LIST_ROLLBACK", desk.publication("list.json"));
    }

    @Test
    void publish_anotherListOfThatVersion_isRefusedBeforeTheLog() {
        desk.publish("list.json");
        desk.done("release init acme-kms --out @other.json --expires 3d");
        desk.add("other.json", "9.9.9", "99").sign("other.json", "forked.json", "alice", "bob");
        desk.rejected("LIST_FORK", desk.publication("forked.json"));
        assertThat(logSize()).isEqualTo(1);
    }

    @Test
    void publish_versionThatOnlyTheLogHas_isRefused() throws Exception {
        desk.publish("list.json");
        Files.delete(folder.resolve("bundle.json"));
        desk.done("release init acme-kms --out @other.json --expires 3d");
        desk.add("other.json", "9.9.9", "99").sign("other.json", "forked.json", "alice", "bob");
        desk.rejected("LIST_FORK", desk.publication("forked.json"));
        assertThat(folder.resolve("bundle.json")).doesNotExist();
    }

    @Test
    void publish_withAnotherLogThanClientsSaw_isRefusedBeforeTheLog() throws Exception {
        desk.publish("list.json").nextList();
        Files.move(folder.resolve("log"), folder.resolve("true-log"));
        desk.done("release log init @log --origin log --key @log.key");
        desk.rejected("LOG_ROLLBACK", desk.publication("next.json"));
        assertThat(logSize()).isZero();
    }

    @Test
    void publish_withAForkOfTheLog_isRefusedBeforeTheLog() throws Exception {
        desk.publish("list.json").nextList();
        byte[] published = Files.readAllBytes(folder.resolve("bundle.json"));
        Files.move(folder.resolve("log"), folder.resolve("true-log"));
        Files.delete(folder.resolve("bundle.json"));
        desk.done("release log init @log --origin log --key @log.key");
        desk.done("release init acme-kms --out @other.json --expires 3d");
        desk.add("other.json", "9.9.9", "99")
                .sign("other.json", "forked.json", "alice", "bob")
                .publish("forked.json");
        Files.write(folder.resolve("bundle.json"), published);
        desk.rejected("LOG_FORK", desk.publication("next.json"));
        assertThat(logSize()).isEqualTo(1);
    }

    @Test
    void publish_belowTheThreshold_isRefusedBeforeTheLog() {
        desk.sign("draft.json", "half.json", "alice");
        desk.rejected("THRESHOLD_NOT_MET", desk.publication("half.json"));
        assertThat(logSize()).isZero();
        assertThat(folder.resolve("bundle.json")).doesNotExist();
    }

    @Test
    void publish_expiredList_isRefused() {
        desk.at(SigningDesk.NOW.plus(Duration.ofDays(31)));
        desk.rejected("LIST_EXPIRED", desk.publication("list.json"));
    }

    @Test
    void publish_underAnExpiredRoot_isRefused() {
        desk.at(SigningDesk.NOW.plus(Duration.ofDays(366)));
        desk.rejected("ROOT_EXPIRED", desk.publication("list.json"));
    }

    @Test
    void publish_folderWithoutALog_saysHowToBeginOne() throws Exception {
        Files.move(folder.resolve("log"), folder.resolve("elsewhere"));
        CommandRun run = desk.wrong("is no folder of a log", desk.publication("list.json"));
        assertThat(run.err()).contains("a new one: amesh release log init " + desk.path("log") + " --origin log");
    }

    @Test
    void publish_cosignatureThatIsASecret_isNotShown() throws Exception {
        Files.writeString(folder.resolve("log.passphrase"), "correct horse");
        CommandRun run = desk.wrong(
                "line 1 is no signature line",
                desk.publication("list.json", "--cosignature", desk.path("log.passphrase")));
        assertThat(run.err()).doesNotContain("horse");
    }

    @Test
    void publish_draft_isRefused() {
        desk.wrong("is a draft of a release list, not a signed list", desk.publication("draft.json"));
    }

    @Test
    void publish_overSomethingElse_isRefused() throws Exception {
        Files.writeString(folder.resolve("bundle.json"), "precious");
        desk.wrong("is neither JSON nor PEM, not a bundle", desk.publication("list.json"));
        assertThat(folder.resolve("bundle.json")).hasContent("precious");
    }

    @Test
    void publish_withoutAnyRoot_isRefused() {
        desk.wrong("no trust root is known", "release publish @list.json --no-log --out @bundle.json");
    }

    @Test
    void publish_withoutTheLog_hasToBeSaid() throws Exception {
        String[] bare = {"release", "publish", "@list.json", "--root", "@root.1.json", "--out", "@bundle.json"};
        desk.wrong("the trust root names the log log", bare);
        CommandRun run = desk.done("release publish @list.json --root @root.1.json --out @bundle.json --no-log");
        assertThat(run.err()).contains("amesh: warning: the trust root names the log log");
        assertThat(bundle().log()).isEmpty();
    }

    @Test
    void publish_logThatTheRootDoesNotName_isRefused() {
        desk.done("root next @root.1.json --no-log --out @r.json");
        desk.done("root sign @r.json --key @alice.key --out @root.2.json");
        desk.done("root sign @root.2.json --key @bob.key");
        desk.wrong("the trust root names no log", desk.publication("list.json", "--root", "@root.2.json"));
    }

    @Test
    void publish_byAnotherKeyOfTheLog_isRefused() {
        desk.key("mallory", "ed25519");
        desk.rejected(
                "KEY_NOT_NAMED",
                "release publish @list.json --root @root.1.json --log @log --log-key @mallory.key --out @bundle.json");
    }

    @Test
    void publish_byAKeyOfAnotherKind_isRefused() {
        desk.wrong(
                "is no key for a log",
                "release publish @list.json --root @root.1.json --log @log --log-key @alice.key --out @bundle.json");
    }

    @Test
    void refresh_publishedBundle_hasALaterCheckpoint() throws Exception {
        desk.publish("list.json").at(SigningDesk.NOW.plus(Duration.ofDays(2)));
        desk.rejected("CHECKPOINT_STALE", "release verify @bundle.json --root @root.1.json --max-checkpoint-age 1d");
        desk.done(desk.publication("bundle.json", "--refresh"));
        assertThat(logSize()).isEqualTo(1);
        desk.done("release verify @bundle.json --root @root.1.json --max-checkpoint-age 1d");
    }

    @Test
    void publish_rotatedRoot_carriesBoth() throws Exception {
        desk.publish("list.json").key("dave", "p256");
        desk.done("root next @root.1.json --remove-key bob --add-key dave=@dave.pub --out @r.json");
        desk.done("root sign @r.json --key @alice.key --out @root.2.json");
        desk.done("root sign @root.2.json --key @carol.key --previous @root.1.json");
        desk.done("release init acme-kms --from @bundle.json --out @d.json");
        desk.sign("d.json", "stale.json", "alice", "bob").sign("d.json", "fresh.json", "alice", "dave");
        desk.rejected("THRESHOLD_NOT_MET", desk.publication("stale.json", "--root", "@root.2.json"));
        desk.done(desk.publication("fresh.json", "--root", "@root.2.json"));
        assertThat(bundle().roots()).hasSize(2);
        desk.done("release verify @bundle.json --root @root.1.json --require-inclusion");
    }

    @Test
    void publish_forkedRoot_isRefused() {
        desk.publish("list.json");
        desk.done("root init acme-kms --key alice=@alice.pub --key bob=@bob.pub --threshold 1 --out @o.json");
        desk.done("root sign @o.json --key @alice.key --out @other.json");
        desk.rejected("ROOT_FORK", desk.publication("list.json", "--root", "@other.json"));
    }

    @Test
    void publish_throughALink_replacesWhatItLeadsTo() throws Exception {
        Files.createDirectory(folder.resolve("site"));
        Path link = Files.createSymbolicLink(folder.resolve("bundle.json"), Path.of("site/bundle.json"));
        Files.createFile(folder.resolve("site/bundle.json"));
        Files.delete(folder.resolve("site/bundle.json"));
        desk.publish("list.json");
        Files.move(folder.resolve("bundle.json"), folder.resolve("site/bundle.json"));
        Files.createSymbolicLink(link, Path.of("site/bundle.json"));
        desk.nextList().publish("next.json");
        assertThat(link).isSymbolicLink();
        assertThat(ReleaseList.parse(bundle().list().payload()).version()).isEqualTo(2);
    }

    @Test
    void publish_versionBeforeOneOfTheLog_isARollbackAnywhere() throws Exception {
        desk.publish("list.json").nextList().publish("next.json");
        Files.delete(folder.resolve("bundle.json"));
        desk.rejected("LIST_ROLLBACK", desk.publication("list.json"));
        assertThat(folder.resolve("bundle.json")).doesNotExist();
    }

    @Test
    @Timeout(value = 10, threadMode = ThreadMode.SEPARATE_THREAD)
    void publish_overAPipe_isRefused() throws Exception {
        Process made = new ProcessBuilder("mkfifo", desk.path("bundle.json")).start();
        assertThat(made.waitFor()).isZero();
        assertThat(desk.run(desk.publication("list.json")))
                .satisfies(run -> assertThat(run.status()).isEqualTo(ExitStatus.USAGE))
                .satisfies(run -> assertThat(run.err()).contains("bundle.json is not a regular file"));
        assertThat(Files.isRegularFile(folder.resolve("bundle.json"))).isFalse();
    }
}
