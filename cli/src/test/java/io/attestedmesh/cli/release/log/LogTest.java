package io.attestedmesh.cli.release.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.SigningDesk;
import io.attestedmesh.cli.command.ExitStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code amesh release log}, but for {@code cosign}. */
class LogTest {
    @TempDir
    Path folder;

    private SigningDesk desk;

    @BeforeEach
    void sit() {
        desk = new SigningDesk(folder);
    }

    /** Two versions in the log; {@code first} and {@code second} are its checkpoints. */
    private void twoEntries() throws Exception {
        desk.signedList().publish("list.json");
        Files.copy(folder.resolve("log/checkpoint"), folder.resolve("first"));
        desk.nextList().publish("next.json");
        Files.copy(folder.resolve("log/checkpoint"), folder.resolve("second"));
    }

    /** {@code other} is a checkpoint of another history with the same key. */
    private void otherHistory() throws Exception {
        Files.move(folder.resolve("log"), folder.resolve("true-log"));
        Files.delete(folder.resolve("bundle.json"));
        desk.done("release log init @log --origin log --key @log.key");
        desk.done("release init acme-kms --out @d.json --expires 3d");
        desk.add("d.json", "6.6.6", "66")
                .sign("d.json", "evil.json", "alice", "bob")
                .publish("evil.json");
        Files.copy(folder.resolve("log/checkpoint"), folder.resolve("other"));
    }

    @Test
    void key_ofALog_isAVkeyInPrintAndFile() throws Exception {
        CommandRun run = desk.done("release log key acme.example/releases --out @ --insecure-no-passphrase");
        assertThat(run.out().strip()).matches("acme\\.example/releases\\+[0-9a-f]{8}\\+A.+");
        assertThat(folder.resolve("acme.example_releases.vkey"))
                .hasContent(run.out().strip());
        assertThat(folder.resolve("acme.example_releases.key")).exists();
    }

    @Test
    void key_ofAWitness_isOfTheOtherType() {
        CommandRun run = desk.done("release log key w1 --witness --out @ --insecure-no-passphrase --json");
        assertThat(run.out()).containsPattern("\"vkey\":\"w1\\+[0-9a-f]{8}\\+B");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a+b", ""})
    void key_ofAnUnusableName_isRefused(String name) {
        CommandRun run = desk.run("release", "log", "key", name, "--out", "@", "--insecure-no-passphrase");
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.USAGE);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void init_whereALogIs_keepsIt() throws Exception {
        desk.log();
        byte[] before = Files.readAllBytes(folder.resolve("log/checkpoint"));
        CommandRun run = desk.run("release log init @log --origin log --key @log.key");
        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(run.err()).contains("holds a log already");
        assertThat(Files.readAllBytes(folder.resolve("log/checkpoint"))).isEqualTo(before);
    }

    @Test
    void init_byAKeyOfAnotherKind_isRefused() {
        desk.key("alice", "p384");
        desk.wrong("is no key for a log", "release log init @log --origin log --key @alice.key");
    }

    @Test
    void rotate_toANewKey_isTheOneThatGoesOn() throws Exception {
        twoEntries();
        desk.done("release log key log --out @new --insecure-no-passphrase");
        CommandRun run = desk.done("release log rotate @log --root @root.1.json --key @new/log.key --json");
        assertThat(run.out()).contains("\"size\":2", "\"origin\":\"log\"");
        desk.done("release log check @log --vkey @new/log.vkey");
        desk.done("release log consistency @second @log/checkpoint --log @log");
    }

    @Test
    void rotate_withoutTheKeyUntilNow_isUsageError() throws Exception {
        desk.log();
        desk.wrong("nothing says whose log it is", "release log rotate @log --key @log.key");
    }

    @Test
    void rotate_fromAKeyThatDidNotSign_changesNothing() throws Exception {
        twoEntries();
        byte[] before = Files.readAllBytes(folder.resolve("log/checkpoint"));
        desk.done("release log key log --out @new --insecure-no-passphrase");
        desk.rejected("CHECKPOINT_UNSIGNED", "release log rotate @log --vkey @new/log.vkey --key @new/log.key");
        assertThat(Files.readAllBytes(folder.resolve("log/checkpoint"))).isEqualTo(before);
    }

    @Test
    void rotate_damagedLog_isNotSigned() throws Exception {
        twoEntries();
        Files.delete(folder.resolve("log/tile/entries/000.p/2"));
        desk.rejected("LOG_DAMAGED", "release log rotate @log --root @root.1.json --key @log.key");
    }

    @Test
    void show_twoEntries_namesThem() throws Exception {
        twoEntries();
        CommandRun run = desk.done("release log show @log");
        assertThat(run.outLines().get(0)).isEqualTo("log log, 2 entries");
        assertThat(run.outLines().get(3)).startsWith("  0  acme-kms version 1, SHA-384 ");
        assertThat(run.outLines().get(4)).startsWith("  1  acme-kms version 2, SHA-384 ");
    }

    @Test
    void show_folderWithoutALog_saysSo() {
        desk.wrong("is no folder of a log", "release log show @");
    }

    @Test
    void check_absentFolder_isFailure() {
        CommandRun run = desk.run("release log check @absent");
        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(run.err()).contains("no such folder: " + folder.resolve("absent"));
    }

    @Test
    void check_soundLog_isSound() throws Exception {
        twoEntries();
        CommandRun run = desk.done("release log check @log --root @root.1.json --json");
        assertThat(run.out()).contains("\"size\":2", "\"result\":\"sound\"", "\"signatureVerified\":true");
    }

    @Test
    void check_withoutAKey_saysThatNobodySigned() throws Exception {
        twoEntries();
        assertThat(desk.done("release log check @log").err()).contains("its signature was not verified");
    }

    @Test
    void check_logOfAnotherKey_isRejected() {
        desk.log();
        desk.done("release log key log --out @x --insecure-no-passphrase");
        desk.rejected("CHECKPOINT_UNSIGNED", "release log check @log --vkey @x/log.vkey");
    }

    @Test
    void check_logOfAnotherName_isRejected() {
        desk.log();
        desk.done("release log key other --out @ --insecure-no-passphrase");
        desk.rejected("WRONG_LOG", "release log check @log --vkey @other.vkey");
    }

    @Test
    void check_byAWitnessKey_isRefused() {
        desk.log();
        desk.done("release log key w --witness --out @ --insecure-no-passphrase");
        desk.wrong("is the key of a witness, not of a log", "release log check @log --vkey @w.vkey");
    }

    @Test
    void check_changedEntry_isDamage() throws Exception {
        twoEntries();
        Path entries = folder.resolve("log/tile/entries/000.p/2");
        String text = Files.readString(entries, StandardCharsets.ISO_8859_1);
        Files.writeString(entries, text.replaceFirst("\n1\n", "\n9\n"), StandardCharsets.ISO_8859_1);
        desk.rejected("LOG_DAMAGED", "release log check @log");
    }

    @Test
    void check_missingTile_isDamage() throws Exception {
        twoEntries();
        Files.delete(folder.resolve("log/tile/entries/000.p/2"));
        desk.rejected("LOG_DAMAGED", "release log check @log");
    }

    @Test
    void prove_publishedVersion_printsTheProof() throws Exception {
        twoEntries();
        CommandRun run = desk.done("release log prove @log --list-version 1 --root @root.1.json");
        assertThat(run.outLines())
                .singleElement()
                .asString()
                .contains("\"list\":\"acme-kms\"", "\"version\":1", "\"index\":0", "\"inclusion\":[\"");
        assertThat(run.err()).contains("is entry 0 of the 2 in log, which signed.");
    }

    @Test
    void prove_unpublishedVersion_isRejected() throws Exception {
        twoEntries();
        CommandRun run = desk.rejected("INCLUSION_MISSING", "release log prove @log --list-version 3");
        assertThat(run.errLines()).contains("actual: acme-kms 1, acme-kms 2");
    }

    @Test
    void prove_versionOfAnotherList_isRejected() throws Exception {
        twoEntries();
        desk.rejected("INCLUSION_MISSING", "release log prove @log --list-version 1 --list other");
    }

    @Test
    void consistency_grownLog_isConsistent() throws Exception {
        twoEntries();
        CommandRun run = desk.done("release log consistency @first @second --log @log --root @root.1.json");
        assertThat(run.outLines()).containsExactly("consistent: log from 1 to 2 entries");
    }

    @Test
    void consistency_ofBundles_isConsistent() throws Exception {
        twoEntries();
        desk.done("release log consistency @first @bundle.json --log @log --vkey @log.vkey");
    }

    @Test
    void consistency_otherHistory_isAFork() throws Exception {
        twoEntries();
        otherHistory();
        CommandRun run = desk.rejected("LOG_FORK", "release log consistency @other @second --log @true-log --json");
        assertThat(run.out()).contains("\"result\":\"LOG_FORK\"");
        desk.rejected("LOG_FORK", "release log consistency @first @other --log @true-log");
    }

    @Test
    void consistency_backwards_isARollback() throws Exception {
        twoEntries();
        desk.rejected("LOG_ROLLBACK", "release log consistency @second @first --log @log");
    }

    @Test
    void consistency_copyOfTheLogThatIsTooOld_isRefused() throws Exception {
        twoEntries();
        otherHistory();
        desk.wrong("is at size 1, and", "release log consistency @first @second --log @log");
    }

    @Test
    void consistency_forgedCheckpoint_isRejectedWithTheKey() throws Exception {
        twoEntries();
        Files.writeString(
                folder.resolve("forged"),
                Files.readString(folder.resolve("second")).replaceFirst("\n2\n", "\n1\n"));
        desk.rejected("SIGNATURE_INVALID", "release log consistency @forged @second --log @log --vkey @log.vkey");
    }

    @Test
    void consistency_somethingElse_saysWhatItIs() throws Exception {
        twoEntries();
        desk.wrong(
                "is a signed release list, not a checkpoint", "release log consistency @list.json @second --log @log");
    }

    @Test
    void help_ofEachVerb_hasAnExample() {
        for (String verb :
                List.of("key", "init", "rotate", "show", "check", "prove", "verify-proof", "consistency", "cosign")) {
            assertThat(CommandRun.of("release", "log", verb, "--help").out())
                    .contains("Example")
                    .contains("amesh release log " + verb);
        }
    }

    @Test
    void check_damagedLog_tellsItsReasonAsJsonToo() throws Exception {
        twoEntries();
        Files.delete(folder.resolve("log/tile/entries/000.p/2"));
        CommandRun run = desk.rejected("LOG_DAMAGED", "release log check @log --json");
        assertThat(run.outLines())
                .singleElement()
                .asString()
                .startsWith("{\"result\":\"rejected\",\"error\":\"")
                .contains("\"reason\":\"LOG_DAMAGED\",\"expected\":\"", "\"actual\":\"tile/entries/000.p/2");
    }

    @Test
    void consistency_fork_isToldOnce() throws Exception {
        twoEntries();
        otherHistory();
        CommandRun run = desk.rejected("LOG_FORK", "release log consistency @other @second --log @true-log --json");
        assertThat(run.outLines()).hasSize(1);
    }
}
