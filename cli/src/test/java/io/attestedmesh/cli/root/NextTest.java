package io.attestedmesh.cli.root;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.SigningDesk;
import io.attestedmesh.releases.log.NoteKey;
import io.attestedmesh.releases.root.LogTrust;
import io.attestedmesh.releases.root.TrustRoot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code amesh root next}: what changes, and what stays. */
class NextTest {
    @TempDir
    Path folder;

    private SigningDesk desk;

    @BeforeEach
    void signTheFirst() {
        desk = new SigningDesk(folder).keys().log();
        for (String witness : new String[] {"w1", "w2"}) {
            desk.done("release", "log", "key", witness, "--witness", "--out", "@", "--insecure-no-passphrase");
        }
        desk.root(
                "--log",
                "@log.vkey",
                "--witness",
                "@w1.vkey",
                "--witnesses-needed",
                "1",
                "--minimum-list-version",
                "5");
    }

    private static String[] next(String... more) {
        String[] args = {"root", "next", "@root.1.json", "--out", "@next.json"};
        String[] all = Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return all;
    }

    private TrustRoot root() throws Exception {
        return TrustRoot.parse(Bytes.of(Files.readAllBytes(folder.resolve("next.json"))));
    }

    @Test
    void next_withoutOptions_changesVersionAndTimesAlone() throws Exception {
        CommandRun run = desk.at(SigningDesk.NOW.plusSeconds(60)).done(next());
        TrustRoot before = TrustRoot.parse(Bytes.of(Files.readAllBytes(folder.resolve("root.json"))));
        assertThat(root().version()).isEqualTo(2);
        assertThat(root().issuedAt()).isEqualTo(SigningDesk.NOW.plusSeconds(60));
        assertThat(root().keys()).isEqualTo(before.keys());
        assertThat(root().log()).isEqualTo(before.log());
        assertThat(root().minimumListVersion()).isEqualTo(5);
        assertThat(run.err()).doesNotContain("warning").contains("--previous ROOT");
    }

    @Test
    void next_anotherLogKey_keepsTheWitnesses() throws Exception {
        desk.done("release log key log --out @new --insecure-no-passphrase");
        desk.done(next("--log", "@log.vkey", "--log", "@new/log.vkey"));
        LogTrust log = root().log().orElseThrow();
        assertThat(log.keys()).hasSize(2);
        assertThat(log.witnesses()).extracting(NoteKey::name).containsExactly("w1");
        assertThat(log.witnessThreshold()).isEqualTo(1);
    }

    @Test
    void next_moreWitnesses_replacesThem() throws Exception {
        desk.done(next("--witness", "@w1.vkey", "--witness", "@w2.vkey", "--witnesses-needed", "2"));
        assertThat(root().log().orElseThrow().witnesses())
                .extracting(NoteKey::name)
                .containsExactly("w1", "w2");
        assertThat(root().log().orElseThrow().witnessThreshold()).isEqualTo(2);
    }

    @Test
    void next_moreWitnessesNeededThanThereAre_isRefused() {
        desk.wrong("no such log can be named", next("--witnesses-needed", "2"));
    }

    @Test
    void next_keyOfAnotherLog_isRefused() {
        desk.done("release log key other --out @ --insecure-no-passphrase");
        desk.wrong("no such log can be named", next("--log", "@log.vkey", "--log", "@other.vkey"));
    }

    @Test
    void next_originThatTheKeyDoesNotBear_isRefused() {
        desk.wrong("no such log can be named", next("--origin", "elsewhere"));
    }

    @Test
    void next_noLog_isWarnedOf() throws Exception {
        CommandRun run = desk.done(next("--no-log"));
        assertThat(root().log()).isEmpty();
        assertThat(run.err()).contains("amesh: warning: lists under this root need not be in any log");
    }

    @Test
    void next_noLogWithWitnesses_isRefused() {
        desk.wrong("say more of a log, and none is named", next("--no-log", "--witnesses-needed", "1"));
    }

    @Test
    void next_lowerListVersion_isWarnedOf() {
        assertThat(desk.done(next("--minimum-list-version", "4")).err())
                .contains("amesh: warning: the lowest list version goes down from 5 to 4");
    }

    @Test
    void next_thresholdBeyondTheKeys_isRefused() {
        desk.wrong("a threshold of 3 of 2 keys", next("--threshold", "3", "--remove-key", "bob"));
    }

    @Test
    void next_everyKeyRemoved_isRefused() {
        desk.wrong("not 1 to 64 keys", next("--remove-key", "alice", "--remove-key", "bob", "--remove-key", "carol"));
    }

    @Test
    void next_keyThatIsThere_isRefused() {
        desk.wrong("have the same key", next("--add-key", "alias=@alice.pub"));
    }

    @Test
    void next_nameThatIsThere_isRefused() {
        desk.key("dave", "p256");
        desk.wrong("two keys are named alice", next("--add-key", "alice=@dave.pub"));
    }

    @Test
    void next_sameNameWithANewKey_isARotationOfOne() throws Exception {
        desk.key("alice2", "p256");
        desk.done(next("--remove-key", "alice", "--add-key", "alice=@alice2.pub"));
        assertThat(root().keys().keys()).hasSize(3);
        assertThat(root().keys().keys().get(2).algorithm().joseName()).isEqualTo("ES256");
    }

    @Test
    void next_ofABundle_goesOnFromItsNewest() throws Exception {
        desk.draft("draft.json").sign("draft.json", "list.json", "alice", "bob");
        desk.done("release init acme-kms --from @list.json --out @d.json");
        desk.done("root init acme-kms --key alice=@alice.pub --threshold 1 --out @r.json");
        desk.done("root sign @r.json --key @alice.key --out @r.1.json");
        desk.sign("d.json", "l.json", "alice");
        desk.done("release publish @l.json --root @r.1.json --out @bundle.json");
        desk.done("root next @bundle.json --out @next.json");
        assertThat(root().version()).isEqualTo(2);
        assertThat(root().keys().keys()).hasSize(1);
    }

    @Test
    void next_overAFile_needsForce() throws Exception {
        Files.writeString(folder.resolve("next.json"), "precious");
        desk.run(next());
        assertThat(folder.resolve("next.json")).hasContent("precious");
        desk.done(next("--force"));
        assertThat(root().version()).isEqualTo(2);
    }
}
