package io.attestedmesh.attest.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The worked example of docs/binding.md is computed, not only written. */
final class BindingDocumentTest {
    private static Bytes block(String name) throws IOException {
        String document =
                Files.readString(Path.of(System.getProperty("project.root")).resolve("docs/binding.md"));
        Matcher block = Pattern.compile("```" + name + "\n([0-9a-f\n]+)```").matcher(document);
        assertThat(block.find()).as("block " + name).isTrue();
        return Bytes.fromHex(block.group(1).replace("\n", ""));
    }

    @Test
    void workedExample_tbsWithEvidence_splicesToTheOneWithout() throws Exception {
        assertThat(CertificateBinding.tbsWithoutEvidence(
                        block("tbs-with-evidence").toByteArray()))
                .isEqualTo(block("tbs-without-evidence"));
    }

    @Test
    void workedExample_tbsWithoutEvidence_givesTheUserData() throws Exception {
        assertThat(CertificateBinding.userDataPrefix(block("tbs-without-evidence")))
                .isEqualTo(block("user-data"));
    }

    @Test
    void workedExample_tbsWithEvidence_holdsARecordThatIsRead() throws Exception {
        EvidenceExtension found = EvidenceExtension.find(
                        TbsCertificate.of(block("tbs-with-evidence").toByteArray()))
                .orElseThrow();

        assertThat(found.profile()).isEqualTo(EvidenceProfile.CMW);
        assertThat(found.evidence().hex()).startsWith("8444a1013822a041a05860");
    }
}
