package io.attestedmesh.cli.root;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.SigningDesk;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.releases.envelope.NamedKey;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.root.SignedRoot;
import io.attestedmesh.releases.root.TrustRoot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code amesh root}. */
class RootTest {
    @TempDir
    Path folder;

    private SigningDesk desk;

    @BeforeEach
    void sit() {
        desk = new SigningDesk(folder).keys();
    }

    private TrustRoot draft(String name) throws Exception {
        return TrustRoot.parse(Bytes.of(Files.readAllBytes(folder.resolve(name))));
    }

    private SignedEnvelope envelope(String name) throws Exception {
        return SignedEnvelope.parse(Bytes.of(Files.readAllBytes(folder.resolve(name))));
    }

    @Test
    void init_privateKeyForALog_isNotShown() throws Exception {
        desk.log();
        String secret = Files.readAllLines(folder.resolve("log.key")).get(1);
        CommandRun run = desk.wrong(
                "log.key holds no vkey",
                "root init acme-kms --key alice=@alice.pub --threshold 1 --log @log.key --out @root.json");
        assertThat(run.err()).doesNotContain(secret.substring(0, 16));
    }

    /** {@code root.2.json}: bob's key is lost, dave comes; signed by alice and carol. */
    private void rotate() {
        desk.root().key("dave", "p384");
        desk.done(
                "root next @root.1.json --remove-key bob --add-key dave=@dave.pub --minimum-list-version 7 --out @next.json");
        desk.done("root sign @next.json --key @alice.key --out @root.2.json");
        desk.done("root sign @root.2.json --key @carol.key --previous @root.1.json");
    }

    @Test
    void init_threeKeys_draftsVersion1() throws Exception {
        desk.rootDraft("--expires", "100d", "--minimum-list-version", "3");
        TrustRoot root = draft("root.json");
        assertThat(root.version()).isEqualTo(1);
        assertThat(root.keys().threshold()).isEqualTo(2);
        assertThat(root.keys().keys())
                .extracting(key -> key.name() + " " + key.algorithm().joseName())
                .containsExactly("alice ES384", "bob ES256", "carol Ed25519");
        assertThat(root.expiresAt()).isEqualTo(SigningDesk.NOW.plus(Duration.ofDays(100)));
        assertThat(root.minimumListVersion()).isEqualTo(3);
        assertThat(root.log()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "4", "-1"})
    void init_impossibleThreshold_isRefused(String threshold) {
        desk.wrong(
                "no such trust root can be made",
                "root",
                "init",
                "acme-kms",
                "--key",
                "alice=@alice.pub",
                "--key",
                "bob=@bob.pub",
                "--threshold",
                threshold,
                "--out",
                "@root.json");
    }

    @Test
    void init_oneKeyUnderTwoNames_isRefused() {
        desk.wrong(
                "have the same key",
                "root init acme-kms --key alice=@alice.pub --key alias=@alice.pub --threshold 1 --out @root.json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice", "=@alice.pub", "alice=@alice.key"})
    void init_keyThatIsNone_isRefused(String key) {
        CommandRun run = desk.run("root", "init", "acme-kms", "--key", key, "--threshold", "1", "--out", "@root.json");
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.USAGE);
        assertThat(folder.resolve("root.json")).doesNotExist();
    }

    @Test
    void init_rsaKey_isRefused() {
        desk.done("pki ca @ca --key-type rsa");
        desk.wrong("expected PUBLIC KEY", "root init acme-kms --key ca=@ca/ca.crt --threshold 1 --out @root.json");
    }

    @Test
    void init_allKeysNeeded_isWarnedOf() {
        CommandRun run = desk.done(
                "root init acme-kms --key alice=@alice.pub --key bob=@bob.pub --threshold 2 --out @root.json");
        assertThat(run.err()).contains("amesh: warning: all 2 keys must sign");
    }

    @Test
    void sign_byTheThreshold_makesARoot() throws Exception {
        desk.rootDraft();
        CommandRun first = desk.done("root sign @root.json --key @alice.key");
        assertThat(first.outLines()).containsExactly(desk.path("root.1.json"));
        assertThat(first.err()).contains("by its own keys 1 of 2 signatures (alice); next: amesh root sign by others");
        CommandRun second = desk.done("root sign @root.1.json --key @bob.key --json");
        assertThat(second.out()).contains("\"signers\":[\"alice\",\"bob\"],\"threshold\":2");
        assertThat(SignedRoot.of(envelope("root.1.json")).version()).isEqualTo(1);
    }

    @Test
    void sign_twiceByOneKey_countsOnce() throws Exception {
        desk.rootDraft();
        desk.done("root sign @root.json --key @alice.key");
        CommandRun again = desk.done("root sign @root.1.json --key @alice.key");
        assertThat(again.err()).contains("1 of 2 signatures (alice)");
        assertThat(envelope("root.1.json").signatures()).hasSize(1);
    }

    @Test
    void sign_byAStranger_isRefused() {
        desk.rootDraft().key("mallory", "p384");
        desk.rejected("KEY_NOT_NAMED", "root sign @root.json --key @mallory.key");
        assertThat(folder.resolve("root.1.json")).doesNotExist();
    }

    @Test
    void sign_releaseList_saysWhatItIs() {
        desk.draft("draft.json");
        desk.wrong("is a draft of a release list, not a trust root", "root sign @draft.json --key @alice.key");
    }

    @Test
    void sign_overAnotherFile_needsForce() throws Exception {
        desk.rootDraft();
        Files.writeString(folder.resolve("root.1.json"), "precious");
        assertThat(desk.run("root sign @root.json --key @alice.key").status()).isEqualTo(ExitStatus.FAILED);
        assertThat(folder.resolve("root.1.json")).hasContent("precious");
    }

    @Test
    void next_rotation_changesWhatIsAskedFor() throws Exception {
        rotate();
        TrustRoot root = TrustRoot.parse(envelope("root.2.json").payload());
        assertThat(root.version()).isEqualTo(2);
        assertThat(root.minimumListVersion()).isEqualTo(7);
        assertThat(root.keys().keys()).extracting(NamedKey::name).containsExactly("alice", "carol", "dave");
    }

    @Test
    void next_otherKeysWithoutALowestVersion_isWarnedOf() {
        desk.root();
        CommandRun run = desk.done("root next @root.1.json --remove-key carol --out @next.json");
        assertThat(run.err()).contains("clients forget the list version they have seen");
    }

    @Test
    void next_removingAnUnknownKey_isRefused() {
        desk.root();
        CommandRun run =
                desk.wrong("the root has no such key", "root next @root.1.json --remove-key dave --out @n.json");
        assertThat(run.err()).contains("it has alice, bob, carol");
    }

    @Test
    void next_ofADraft_isRefused() {
        desk.rootDraft();
        desk.wrong("is a draft of a trust root, not a signed trust root", "root next @root.json --out @n.json");
    }

    @Test
    void signNext_previousOfAnotherVersion_isRefused() {
        rotate();
        desk.wrong("not the one before", "root sign @root.1.json --key @alice.key --previous @root.2.json");
    }

    @Test
    void signNext_byAnOldKey_needsThePreviousRoot() {
        rotate();
        desk.rejected("KEY_NOT_NAMED", "root sign @root.2.json --key @bob.key");
        CommandRun run = desk.done("root sign @root.2.json --key @bob.key --previous @root.1.json");
        assertThat(run.err()).contains("by those of version 1 3 of 2 signatures (alice, carol, bob)");
    }

    @Test
    void verify_chain_walksToTheNewest() {
        rotate();
        CommandRun run = desk.done("root verify @root.2.json @root.1.json");
        assertThat(run.outLines()).hasSize(2);
        assertThat(run.outLines().get(1))
                .contains("trust root 2 of acme-kms: 2 of 2 signatures (alice, carol), 0 to spare")
                .contains("by the keys of version 1 2 of 2 signatures (alice, carol)");
        assertThat(run.err()).contains("Version 2 of acme-kms is in force, if version 1 is trusted.");
    }

    @Test
    void verify_withAnchor_trustsIt() {
        rotate();
        CommandRun run = desk.done("root verify @root.2.json --anchor @root.1.json --json");
        assertThat(run.outLines()).hasSize(2);
        assertThat(run.outLines().get(1)).contains("\"version\":2").contains("\"previous\":{\"signers\":[\"alice\"");
    }

    @Test
    void verify_halfSigned_isRejected() {
        desk.rootDraft();
        desk.done("root sign @root.json --key @alice.key");
        desk.rejected("THRESHOLD_NOT_MET", "root verify @root.1.json");
    }

    @Test
    void verify_nextSignedByItsOwnKeysAlone_isRejected() {
        desk.root().key("dave", "p384").key("erin", "p384");
        desk.done(
                "root next @root.1.json --remove-key bob --remove-key carol --add-key dave=@dave.pub --add-key erin=@erin.pub --out @next.json");
        desk.done("root sign @next.json --key @dave.key --out @root.2.json");
        CommandRun own = desk.done("root sign @root.2.json --key @erin.key");
        assertThat(own.err()).contains("the keys of version 1 must sign too");
        desk.rejected("THRESHOLD_NOT_MET", "root verify @root.1.json @root.2.json");
    }

    @Test
    void verify_gap_isRejected() {
        rotate();
        desk.done("root next @root.2.json --out @n.json");
        desk.done("root sign @n.json --key @alice.key --out @root.3.json");
        desk.done("root sign @root.3.json --key @carol.key");
        desk.rejected("ROOT_VERSION_GAP", "root verify @root.3.json --anchor @root.1.json");
    }

    @Test
    void verify_olderThanTheAnchor_isRejected() {
        rotate();
        desk.rejected("ROOT_ROLLBACK", "root verify @root.1.json --anchor @root.2.json");
    }

    @Test
    void verify_anotherRootOfTheSameVersion_isRejected() {
        desk.root();
        desk.done("root init acme-kms --key alice=@alice.pub --key bob=@bob.pub --threshold 1 --out @o.json");
        desk.done("root sign @o.json --key @alice.key --out @other.json");
        desk.rejected("ROOT_FORK", "root verify @other.json --anchor @root.1.json");
    }

    @Test
    void verify_expired_isRejectedOnlyThen() {
        desk.root("--expires", "20d");
        CommandRun run = desk.done("root verify @root.1.json");
        assertThat(run.err()).contains("amesh: warning: trust root 1 expires").contains("in 20 days");
        desk.rejected("ROOT_EXPIRED", "root verify @root.1.json --at 2026-12-10T10:00:00Z");
    }

    @Test
    void verify_draft_saysWhatItIs() {
        desk.rootDraft();
        CommandRun run = desk.wrong("is a draft of a trust root, not", "root verify @root.json");
        assertThat(run.err()).contains("'amesh root sign' signs it");
    }

    @Test
    void show_signedRoot_saysThatNothingIsVerified() {
        desk.root();
        CommandRun run = desk.done("root show @root.1.json");
        assertThat(run.out())
                .contains("trust root of acme-kms, version 1")
                .contains("threshold   2 of 3 keys")
                .contains("ES384 by key")
                .contains("not verified");
    }

    @Test
    void show_json_isOneLine() {
        desk.rootDraft();
        assertThat(desk.done("root show @root.json --json").outLines())
                .singleElement()
                .asString()
                .contains("\"type\":\"trust root\"", "\"threshold\":2", "\"log\":null", "\"signatures\":[]");
    }

    @Test
    void show_list_saysWhatItIs() {
        desk.draft("draft.json");
        desk.wrong("is a draft of a release list, not a trust root", "root show @draft.json");
    }

    @Test
    void signNext_showsWhatChanges() {
        rotate();
        CommandRun run = desk.done("root sign @root.2.json --key @alice.key --previous @root.1.json --out @again.json");
        assertThat(run.err())
                .contains("changes since trust root 1 of acme-kms:")
                .containsPattern("dave signs from now on, with \\S{43}")
                .containsPattern("bob signs no longer, with \\S{43}");
    }
}
