package io.attestedmesh.cli.enclave;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.SigningDesk;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code amesh enclave key-policy}. */
class KeyPolicyVerbTest {
    private static final String ROLE = "arn:aws:iam::111122223333:role/enclave";
    private static final String PRINT = "enclave key-policy @list.json --root @root.1.json --role " + ROLE;

    @TempDir
    Path folder;

    private SigningDesk desk;

    @BeforeEach
    void sit() {
        desk = new SigningDesk(folder).signedList();
    }

    @Test
    void keyPolicy_ofAList_isAStatementForItsRelease() {
        CommandRun run = desk.done(PRINT + " --admin arn:aws:iam::111122223333:role/keys --pcr 0,2");

        assertThat(run.out())
                .contains(
                        "\"Sid\" : \"Release1kmscore142\"",
                        "\"kms:RecipientAttestation:ImageSha384\" : \"" + "11".repeat(48) + "\"",
                        "\"kms:RecipientAttestation:PCR2\" : \"" + "33".repeat(48) + "\"",
                        "\"AWS\" : \"" + ROLE + "\"")
                .doesNotContain("PCR1");
        assertThat(run.errLines()).containsExactly("1 of 1 releases of acme-kms, version 1");
    }

    @Test
    void keyPolicy_withoutAnAdministrator_isWarnedOf() {
        assertThat(desk.done(PRINT).err()).contains("amesh: warning: nobody may change this policy");
    }

    @Test
    void keyPolicy_ofARevokedRelease_leavesItOut() {
        desk.add("draft.json", "1.4.3", "12").done("release revoke @draft.json kms-core 1.4.2 --reason defect");
        desk.sign("draft.json", "two.json", "alice", "bob");

        CommandRun run = desk.done(PRINT.replace("list.json", "two.json"));

        assertThat(run.out()).contains("12".repeat(48)).doesNotContain("11".repeat(48));
        assertThat(run.err()).contains("kms-core 1.4.2 is left out");
    }

    @Test
    void keyPolicy_ofOneVersion_hasIt() {
        desk.add("draft.json", "1.4.3", "12").sign("draft.json", "two.json", "alice", "bob");
        String print = PRINT.replace("list.json", "two.json");

        CommandRun run = desk.done(SigningDesk.words(print, "--release", "kms-core 1.4.3"));

        assertThat(run.out()).contains("12".repeat(48)).doesNotContain("11".repeat(48));
    }

    @Test
    void keyPolicy_ofAnUnknownRelease_isWrong() {
        assertThat(desk.wrong("--release other is not in the list", PRINT + " --release other")
                        .out())
                .isEmpty();
    }

    @Test
    void keyPolicy_ofRegistersThatNameNoCode_isWrong() {
        assertThat(desk.wrong("any code would do", PRINT + " --pcr 1").out()).isEmpty();
        desk.wrong("does not name PCR8", PRINT + " --pcr 0,8");
    }

    @Test
    void keyPolicy_forNoRole_isWrong() {
        desk.wrong("is no ARN", PRINT.replace(ROLE, "*"));
        desk.wrong("is no role", PRINT.replace("role/enclave", "root"));
    }

    @Test
    void keyPolicy_ofAHalfSignedList_isRejected() {
        desk.sign("draft.json", "half.json", "alice");

        assertThat(desk.rejected("THRESHOLD_NOT_MET", PRINT.replace("list.json", "half.json"))
                        .out())
                .isEmpty();
    }

    @Test
    void keyPolicy_ofAnExpiredList_isRejected() {
        desk.at(SigningDesk.NOW.plusSeconds(86400L * 31)).rejected("LIST_EXPIRED", PRINT);
    }

    @Test
    void keyPolicy_ofADraft_isWrong() {
        desk.wrong("draft.json", PRINT.replace("list.json", "draft.json"));
    }
}
