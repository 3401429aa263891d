package io.attestedmesh.cli.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.SigningDesk;
import io.attestedmesh.cli.command.ExitStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code amesh release publish} and {@code log cosign} where the trust root asks for witnesses. */
class WitnessedPublicationTest {
    @TempDir
    Path folder;

    private SigningDesk desk;

    @BeforeEach
    void sit() {
        desk = new SigningDesk(folder).keys().log();
        for (String witness : new String[] {"w1", "w2"}) {
            desk.done("release", "log", "key", witness, "--witness", "--out", "@", "--insecure-no-passphrase");
        }
        desk.root("--log", "@log.vkey", "--witness", "@w1.vkey", "--witness", "@w2.vkey", "--witnesses-needed", "1");
        desk.draft("draft.json").sign("draft.json", "list.json", "alice", "bob");
    }

    private String[] cosign(String witness, String out, String... more) {
        String[] args = {
            "release",
            "log",
            "cosign",
            "@log",
            "--root",
            "@root.1.json",
            "--name",
            witness,
            "--key",
            "@" + witness + ".key",
            "--state",
            "@" + witness + ".state",
            "--out",
            "@" + out
        };
        String[] all = Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return all;
    }

    @Test
    void publish_unwitnessed_entersAndWaits() {
        CommandRun run = desk.rejected("WITNESSES_MISSING", desk.publication("list.json"));
        assertThat(run.err())
                .contains("entry 0 is in the log, and not published yet")
                .contains("amesh release log cosign");
        assertThat(folder.resolve("bundle.json")).doesNotExist();
    }

    @Test
    void publish_witnessed_bearsTheWitnessesTime() {
        desk.rejected("WITNESSES_MISSING", desk.publication("list.json"));
        desk.at(SigningDesk.NOW.plusSeconds(60)).done(cosign("w1", "cosigned", "--first"));
        CommandRun run = desk.done(desk.publication("list.json", "--cosignature", "@cosigned"));
        assertThat(run.err()).contains("checkpoint of 2026-11-20T10:01:00Z");
        desk.done("release verify @bundle.json --root @root.1.json --max-checkpoint-age 1h");
    }

    @Test
    void publish_signatureLinesAlone_areEnough() throws Exception {
        desk.rejected("WITNESSES_MISSING", desk.publication("list.json"));
        desk.done(cosign("w2", "cosigned", "--first"));
        String line = Files.readAllLines(folder.resolve("cosigned")).stream()
                .filter(each -> each.startsWith("\u2014 w2 "))
                .findFirst()
                .orElseThrow();
        Files.writeString(folder.resolve("line"), line + "\n");
        desk.done(desk.publication("list.json", "--cosignature", "@line"));
        assertThat(folder.resolve("bundle.json")).exists();
    }

    @Test
    void publish_cosignatureOfAnOlderState_isRefused() {
        desk.done(cosign("w1", "early", "--first"));
        desk.wrong("is of another state of the log", desk.publication("list.json", "--cosignature", "@early"));
    }

    @Test
    void publish_cosignatureByAStranger_isRefused() {
        desk.rejected("WITNESSES_MISSING", desk.publication("list.json"));
        desk.done("release log key w3 --witness --out @ --insecure-no-passphrase");
        desk.done(
                "release log cosign @log --vkey @log.vkey --name w3 --key @w3.key --state @w3.state --out @cosigned --first");
        desk.wrong(
                "no signature by a witness of the trust root",
                desk.publication("list.json", "--cosignature", "@cosigned"));
    }

    @Test
    void publish_cosignatureFileThatIsNone_isRefused() throws Exception {
        desk.rejected("WITNESSES_MISSING", desk.publication("list.json"));
        Files.writeString(folder.resolve("line"), "hello\n");
        CommandRun run = desk.run(desk.publication("list.json", "--cosignature", "@line"));
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void cosign_withoutItsState_refusesToGuess() {
        CommandRun run = desk.wrong("w1.state is missing", cosign("w1", "cosigned"));
        assertThat(run.err()).contains("--first");
        assertThat(folder.resolve("cosigned")).doesNotExist();
    }

    @Test
    void cosign_firstTwice_keepsTheState() throws Exception {
        desk.done(cosign("w1", "cosigned", "--first"));
        byte[] before = Files.readAllBytes(folder.resolve("w1.state"));
        assertThat(desk.run(cosign("w1", "cosigned", "--first")).status()).isEqualTo(ExitStatus.FAILED);
        assertThat(Files.readAllBytes(folder.resolve("w1.state"))).isEqualTo(before);
    }

    @Test
    void cosign_grownLog_isSignedAgain() {
        desk.done(cosign("w1", "early", "--first"));
        desk.rejected("WITNESSES_MISSING", desk.publication("list.json"));
        CommandRun run = desk.done(cosign("w1", "late"));
        assertThat(run.err()).contains("w1 signed log at size 1");
    }

    @Test
    void cosign_anotherHistory_isRefused() throws Exception {
        desk.rejected("WITNESSES_MISSING", desk.publication("list.json"));
        desk.done(cosign("w1", "seen", "--first"));
        Files.move(folder.resolve("log"), folder.resolve("true-log"));
        desk.done("release log init @log --origin log --key @log.key");
        desk.rejected("LOG_ROLLBACK", cosign("w1", "cosigned"));
        desk.done("release init acme-kms --out @d.json --expires 3d");
        desk.add("d.json", "6.6.6", "66").sign("d.json", "evil.json", "alice", "bob");
        desk.rejected("WITNESSES_MISSING", desk.publication("evil.json"));
        desk.rejected("LOG_FORK", cosign("w1", "cosigned"));
        assertThat(folder.resolve("cosigned")).doesNotExist();
    }

    @Test
    void cosign_logOfAnother_isRefused() {
        desk.done("release log key evil --out @ --insecure-no-passphrase");
        desk.rejected(
                "WRONG_LOG",
                "release log cosign @log --vkey @evil.vkey --name w1 --key @w1.key --state @w1.state --first");
    }

    @Test
    void cosign_withoutSayingWhoseLog_isRefused() {
        desk.wrong(
                "a witness must know whose log it signs",
                "release log cosign @log --name w1 --key @w1.key --state @w1.state");
    }

    @Test
    void refresh_withWitnesses_isTheirsToGive() {
        desk.rejected("WITNESSES_MISSING", desk.publication("list.json"));
        desk.done(cosign("w1", "c1", "--first"));
        desk.done(desk.publication("list.json", "--cosignature", "@c1"));
        desk.at(SigningDesk.NOW.plus(Duration.ofDays(2)));
        desk.done(cosign("w1", "c2"));
        desk.done(desk.publication("bundle.json", "--cosignature", "@c2"));
        desk.done("release verify @bundle.json --root @root.1.json --max-checkpoint-age 1h");
    }

    @Test
    void rootWithWitnesses_butNoNumber_isRefused() {
        desk.wrong(
                "nothing says how many of the witnesses must sign",
                "root init acme-kms --key alice=@alice.pub --threshold 1 --log @log.vkey --witness @w1.vkey --out @r.json");
    }

    @Test
    void rootWithALogKeyAsWitness_isRefused() {
        desk.wrong(
                "a witness key that is not of type 4",
                "root init acme-kms --key alice=@alice.pub --threshold 1 --log @log.vkey --witness @log.vkey --witnesses-needed 1 --out @r.json");
    }

    @Test
    void cosign_byAKeyThatTheRootDoesNotNameSo_isRefused() {
        desk.run(desk.publication("list.json"));
        desk.rejected(
                "KEY_NOT_NAMED",
                "release log cosign @log --root @root.1.json --name w1 --key @w2.key --state @s --first --out @c");
        assertThat(folder.resolve("c")).doesNotExist();
        assertThat(folder.resolve("s")).doesNotExist();
    }

    @Test
    void refresh_withWitnesses_saysThatTheyHaveTo() {
        desk.run(desk.publication("list.json"));
        desk.done(cosign("w1", "cosigned", "--first"));
        desk.done(desk.publication("list.json", "--cosignature", "@cosigned"));
        CommandRun run = desk.done(desk.publication("bundle.json", "--refresh"));
        assertThat(run.err()).contains("each has to run 'amesh release log cosign' again");
    }
}
