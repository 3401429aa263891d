package io.attestedmesh.cli.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.SigningDesk;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.trust.Bundle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code amesh release verify}. */
class VerifyTest {
    @TempDir
    Path folder;

    private SigningDesk desk;

    @BeforeEach
    void sit() {
        desk = new SigningDesk(folder).signedList().publish("list.json");
    }

    private String[] verify(String file, String... more) {
        String[] args = {"release", "verify", "@" + file, "--root", "@root.1.json"};
        String[] all = Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return all;
    }

    private Bundle bundle() throws Exception {
        return Bundle.parse(Bytes.of(Files.readAllBytes(folder.resolve("bundle.json"))));
    }

    private void write(String name, Bundle bundle) throws Exception {
        Files.write(folder.resolve(name), bundle.encode().toByteArray());
    }

    @Test
    void verify_bundle_saysWhoSignedAndWhereItIsLogged() {
        CommandRun run = desk.done(verify("bundle.json", "--require-inclusion"));
        assertThat(run.outLines())
                .singleElement()
                .asString()
                .contains(
                        "version 1 of acme-kms, signed by alice, bob (2 needed)",
                        "1 release (1 active)",
                        "expires 2026-12-20T10:00:00Z",
                        "in the log log at size 1, checkpoint of 2026-11-20T10:00:00Z");
    }

    @Test
    void verify_json_isOneLine() {
        assertThat(desk.done(verify("bundle.json", "--json")).outLines())
                .singleElement()
                .asString()
                .contains("\"result\":\"accepted\"", "\"signers\":[\"alice\",\"bob\"]", "\"checkpointSize\":1");
    }

    @Test
    void verify_signedListByItself_isAccepted() {
        assertThat(desk.done(verify("list.json")).out()).contains("no log looked at");
    }

    @Test
    void verify_signedListByItself_isNotShownToBeInTheLog() {
        desk.rejected("INCLUSION_MISSING", verify("list.json", "--require-inclusion"));
    }

    @Test
    void verify_halfSigned_isRejectedOnAllChannels() {
        desk.sign("draft.json", "half.json", "alice");
        CommandRun run = desk.rejected("THRESHOLD_NOT_MET", verify("half.json", "--json"));
        assertThat(run.out()).contains("\"result\":\"rejected\"", "\"reason\":\"THRESHOLD_NOT_MET\"");
    }

    @Test
    void verify_underAnotherRoot_isRejected() {
        desk.key("eve", "p384").key("mallory", "p384");
        desk.done("root init acme-kms --key eve=@eve.pub --key mallory=@mallory.pub --threshold 1 --out @e.json");
        desk.done("root sign @e.json --key @eve.key --out @evil.json");
        desk.rejected("ROOT_FORK", "release verify @bundle.json --root @evil.json");
        desk.rejected("THRESHOLD_NOT_MET", "release verify @list.json --root @evil.json");
    }

    @Test
    void verify_belowTheLowestVersion_isRejected() {
        desk.rejected("LIST_ROLLBACK", verify("bundle.json", "--minimum-version", "2"));
    }

    @Test
    void verify_laterThanItsExpiry_isRejected() {
        desk.done(verify("bundle.json", "--at", "2026-12-20T09:59:59Z"));
        desk.rejected("LIST_EXPIRED", verify("bundle.json", "--at", "2026-12-20T10:00:00Z"));
    }

    @Test
    void verify_soonToExpire_isWarnedOf() {
        CommandRun run = desk.done(verify("bundle.json", "--at", "2026-12-18T10:00:00Z"));
        assertThat(run.err()).contains("amesh: warning: the list expires in 2 days");
    }

    @Test
    void verify_withState_refusesWhatIsOlderThanSeen() throws Exception {
        Files.copy(folder.resolve("bundle.json"), folder.resolve("old.json"));
        desk.nextList().publish("next.json");
        desk.done(verify("bundle.json", "--state", "@seen"));
        desk.done(verify("bundle.json", "--state", "@seen"));
        desk.done(verify("old.json"));
        desk.rejected("LIST_ROLLBACK", verify("old.json", "--state", "@seen"));
    }

    @Test
    void verify_withState_refusesAnotherLog() throws Exception {
        desk.done(verify("bundle.json", "--state", "@seen"));
        Files.move(folder.resolve("log"), folder.resolve("true-log"));
        Files.delete(folder.resolve("bundle.json"));
        desk.done("release log init @log --origin log --key @log.key");
        desk.nextList().publish("next.json");
        desk.rejected("LOG_FORK", verify("bundle.json", "--state", "@seen"));
    }

    @Test
    void verify_damagedState_isNeverTakenForAbsent() throws Exception {
        Files.writeString(folder.resolve("seen"), "{}");
        desk.rejected("STATE_INVALID", verify("bundle.json", "--state", "@seen"));
    }

    @Test
    void verify_listOfOneVersionWithTheProofOfAnother_isRejected() throws Exception {
        Bundle first = bundle();
        desk.nextList().publish("next.json");
        write("mixed.json", new Bundle(first.roots(), first.list(), bundle().log()));
        desk.rejected("INCLUSION_INVALID", verify("mixed.json"));
    }

    @Test
    void verify_bundleWithoutItsProof_isRejectedWhereInclusionIsRequired() throws Exception {
        write("bare.json", new Bundle(bundle().roots(), bundle().list(), Optional.empty()));
        desk.done(verify("bare.json"));
        desk.rejected("INCLUSION_MISSING", verify("bare.json", "--max-checkpoint-age", "7d"));
    }

    @Test
    void verify_oldCheckpoint_isStale() {
        desk.at(SigningDesk.NOW.plus(Duration.ofHours(25)));
        desk.done(verify("bundle.json", "--max-checkpoint-age", "26h"));
        desk.rejected("CHECKPOINT_STALE", verify("bundle.json", "--max-checkpoint-age", "24h"));
    }

    @Test
    void verify_draft_saysWhatItIs() {
        desk.wrong("is a draft of a release list, not a bundle or a signed list", verify("draft.json"));
    }

    @Test
    void verify_truncatedBundle_isMalformed() throws Exception {
        String all = Files.readString(folder.resolve("bundle.json"));
        Files.writeString(folder.resolve("cut.json"), all.substring(0, all.length() / 2));
        CommandRun run = desk.run(verify("cut.json"));
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void verify_hugeFile_isRefusedUnread() throws Exception {
        Files.write(folder.resolve("huge.json"), new byte[(24 << 20) + 1]);
        desk.wrong("has more than 25165824 bytes", verify("huge.json"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "many"})
    void verify_lowestVersionThatIsNone_isRefused(String version) {
        CommandRun run = desk.run(verify("bundle.json", "--minimum-version", version));
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void verify_folder_saysWhichFileIsMeant() throws Exception {
        Files.createDirectory(folder.resolve("public"));
        Files.copy(folder.resolve("bundle.json"), folder.resolve("public/bundle.json"));
        CommandRun run = desk.run(verify("public"));
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err())
                .contains("public is a folder, not a file", "hint: there is " + desk.path("public/bundle.json"));
    }

    @Test
    void verify_draftOfARootAsAnchor_isRefused() {
        desk.wrong("is a draft of a trust root, not", "release verify @bundle.json --root @root.json");
    }

    @Test
    void verify_afterARotation_walksFromTheOldRoot() throws Exception {
        desk.done("root next @root.1.json --threshold 1 --out @r.json");
        desk.done("root sign @r.json --key @alice.key --out @root.2.json");
        desk.done("root sign @root.2.json --key @bob.key");
        Files.move(folder.resolve("list.json"), folder.resolve("l.json"), StandardCopyOption.REPLACE_EXISTING);
        CommandRun run = desk.done(verify("l.json", "--root", "@root.2.json", "--json"));
        assertThat(run.out()).contains("\"rootVersion\":2", "\"threshold\":1");
    }

    /** Whoever is told to delete a file that they named by mistake may do it. */
    @Test
    void verify_stateThatIsAPrivateKey_isNeitherShownNorGivenUp() throws Exception {
        byte[] key = Files.readAllBytes(folder.resolve("alice.key"));
        CommandRun run = desk.rejected("STATE_INVALID", verify("bundle.json", "--state", "@alice.key"));
        assertThat(run.err())
                .contains("amesh: error: --state")
                .doesNotContain("delete")
                .doesNotContain("PRIVATE");
        assertThat(run.out()).isEmpty();
        assertThat(Files.readAllBytes(folder.resolve("alice.key"))).isEqualTo(key);
    }

    @Test
    void verify_malformedBundle_namesTheFile() throws Exception {
        Bundle bundle = bundle();
        String payload = new String(bundle.list().payload().toByteArray(), StandardCharsets.UTF_8);
        write(
                "odd.json",
                new Bundle(
                        bundle.roots(),
                        SignedEnvelope.unsigned(
                                Bytes.of(payload.replace("active", "odd").getBytes(StandardCharsets.UTF_8))),
                        Optional.empty()));
        CommandRun run = desk.run(verify("odd.json"));
        assertThat(run.err()).contains("odd.json");
    }
}
