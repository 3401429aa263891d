package io.attestedmesh.enclave.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.PcrBank;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyPolicyTest {
    private static final IamArn ROLE = new IamArn("arn:aws:iam::111122223333:role/enclave");
    private static final IamArn ADMINISTRATOR = new IamArn("arn:aws:iam::111122223333:role/admins/keys");
    private static final PcrBank FIRST = bank("1a", "2a", "3a", "8a");
    private static final PcrBank SECOND = bank("1b", "2b", "3b", "8b");

    private static PcrBank bank(String pcr0, String pcr1, String pcr3, String pcr8) {
        return PcrBank.of(Map.of(0, value(pcr0), 1, value(pcr1), 3, value(pcr3), 8, value(pcr8)));
    }

    private static Bytes value(String digits) {
        return Bytes.fromHex(digits.repeat(48));
    }

    private static PolicyRelease release(String title, PcrBank bank, Integer... registers) {
        return PolicyRelease.of(title, bank, Set.of(registers));
    }

    @Test
    void json_ofTwoReleases_isAStatementEach() {
        KeyPolicy policy = KeyPolicy.of(
                ROLE, List.of(release("kms-core 1.4.2", FIRST, 0, 3), release("kms-core 1.4.3", SECOND, 8)));

        assertThat(policy.json()).isEqualTo("""
                {
                  "Version" : "2012-10-17",
                  "Statement" : [
                    {
                      "Sid" : "Release1kmscore142",
                      "Effect" : "Allow",
                      "Principal" : {
                        "AWS" : "arn:aws:iam::111122223333:role/enclave"
                      },
                      "Action" : [
                        "kms:Decrypt",
                        "kms:GenerateDataKey"
                      ],
                      "Resource" : "*",
                      "Condition" : {
                        "StringEqualsIgnoreCase" : {
                          "kms:RecipientAttestation:ImageSha384" : "%s",
                          "kms:RecipientAttestation:PCR3" : "%s"
                        }
                      }
                    },
                    {
                      "Sid" : "Release2kmscore143",
                      "Effect" : "Allow",
                      "Principal" : {
                        "AWS" : "arn:aws:iam::111122223333:role/enclave"
                      },
                      "Action" : [
                        "kms:Decrypt",
                        "kms:GenerateDataKey"
                      ],
                      "Resource" : "*",
                      "Condition" : {
                        "StringEqualsIgnoreCase" : {
                          "kms:RecipientAttestation:PCR8" : "%s"
                        }
                      }
                    }
                  ]
                }""".formatted("1a".repeat(48), "3a".repeat(48), "8b".repeat(48)));
    }

    @Test
    void json_withAdministratorAndOperator_givesNeitherDecrypt() throws Exception {
        String text = KeyPolicy.of(ROLE, List.of(release("a", FIRST, 0)))
                .withAdministrator(ADMINISTRATOR)
                .withOperator(KmsServer.OPERATOR_ROLE)
                .json();

        for (JsonNode statement : new ObjectMapper().readTree(text).path("Statement")) {
            boolean attested = statement.has("Condition");
            assertThat(statement.path("Action").toString().contains("kms:Decrypt"))
                    .isEqualTo(attested);
            assertThat(statement.path("Principal").path("AWS").asText().equals(ROLE.value()))
                    .isEqualTo(attested);
        }
        assertThat(text).contains(ADMINISTRATOR.value(), "kms:PutKeyPolicy").doesNotContain("kms:*");
    }

    @Test
    void json_ofTheSame_isTheSame() {
        assertThat(KeyPolicy.of(ROLE, List.of(release("a", FIRST, 8, 3, 0))).json())
                .isEqualTo(KeyPolicy.of(ROLE, List.of(release("a", FIRST, 0, 3, 8)))
                        .json());
    }

    @Test
    void json_largerThanKmsTakes_isRefused() {
        List<PolicyRelease> many = IntStream.range(0, 100)
                .mapToObj(i -> release("release " + i, FIRST, 0))
                .toList();

        assertThatThrownBy(() -> KeyPolicy.of(ROLE, many).json())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("32768");
    }

    @Test
    void policy_withoutARelease_isRefused() {
        assertThatThrownBy(() -> KeyPolicy.of(ROLE, List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void policy_ofTwoReleasesWithOneTitle_isRefused() {
        assertThatThrownBy(() -> KeyPolicy.of(ROLE, List.of(release("a", FIRST, 0), release("a", SECOND, 0))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void policy_inWhichTheEnclavesRoleIsAnybodyElse_isRefused() {
        KeyPolicy policy = KeyPolicy.of(ROLE, List.of(release("a", FIRST, 0)));

        assertThatThrownBy(() -> policy.withAdministrator(ROLE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> policy.withOperator(ROLE)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void policy_forAWholeAccount_isRefused() {
        IamArn account = new IamArn("arn:aws:iam::111122223333:root");

        assertThatThrownBy(() -> KeyPolicy.of(account, List.of(release("a", FIRST, 0))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void release_byItsRoleAlone_isRefused() {
        assertThatThrownBy(() -> release("a", FIRST, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("any code would do");
        assertThatThrownBy(() -> release("a", FIRST, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void release_withoutAWantedRegister_isRefused() {
        assertThatThrownBy(() -> release("a", FIRST, 0, 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PCR4");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8})
    void release_withAZeroRegister_isRefused(int index) {
        PcrBank zero = PcrBank.of(Map.of(0, value(index == 0 ? "00" : "1a"), 8, value(index == 8 ? "00" : "8a")));

        assertThatThrownBy(() -> release("a", zero, 0, 8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PCR" + index + " is all zero");
    }

    @Test
    void release_withARegisterOfAnotherSize_isRefused() {
        PcrBank shortBank = PcrBank.of(Map.of(0, Bytes.fromHex("1a".repeat(32))));

        assertThatThrownBy(() -> release("a", shortBank, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "",
                "enclave",
                "arn:aws:iam::111122223333:role/*",
                "arn:aws:iam::1:role/enclave",
                "arn:aws:sts::111122223333:assumed-role/enclave/i-1",
                "arn:aws:iam::111122223333:role/a\",\"AWS\":\"*"
            })
    void iamArn_ofSomethingElse_isRefused(String value) {
        assertThatThrownBy(() -> new IamArn(value)).isInstanceOf(IllegalArgumentException.class);
    }
}
