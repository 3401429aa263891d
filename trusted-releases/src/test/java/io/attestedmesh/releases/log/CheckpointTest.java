package io.attestedmesh.releases.log;

import static io.attestedmesh.releases.ReleasesReason.LOG_FORK;
import static io.attestedmesh.releases.ReleasesReason.LOG_ROLLBACK;
import static io.attestedmesh.releases.ReleasesReason.WRONG_LOG;
import static io.attestedmesh.releases.log.Logs.ORIGIN;
import static io.attestedmesh.releases.log.Logs.assertRejected;
import static io.attestedmesh.releases.log.Logs.checkpoint;
import static io.attestedmesh.releases.log.Logs.consistency;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
    private static final String ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    @Test
    void parse_exampleOfTheSpecification_isReadAndPrintedTheSame() throws Exception {
        String text = "example.com/behind-the-sofa\n20852163\n" + ROOT;
        Checkpoint checkpoint = Checkpoint.parse(text);

        assertThat(checkpoint.origin()).isEqualTo("example.com/behind-the-sofa");
        assertThat(checkpoint.size()).isEqualTo(20852163);
        assertThat(checkpoint.rootHash().hex()).startsWith("0ac5186a91863e8e").hasSize(64);
        assertThat(checkpoint.text()).isEqualTo(text);
    }

    @Test
    void parse_largestTree_isRead() throws Exception {
        assertThat(Checkpoint.parse("o\n1099511627776\n" + ROOT).size()).isEqualTo(1L << 40);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "o\n",
                "o\n1\n",
                "o\n1\n\n",
                "\n1\n" + ROOT,
                "two words\n1\n" + ROOT,
                "o+p\n1\n" + ROOT,
                "o\n01\n" + ROOT,
                "o\n-1\n" + ROOT,
                "o\n+1\n" + ROOT,
                "o\n 1\n" + ROOT,
                "o\n1 \n" + ROOT,
                "o\n1.0\n" + ROOT,
                "o\n0x1\n" + ROOT,
                "o\n\u0661\n" + ROOT,
                "o\n\n" + ROOT,
                "o\n1099511627777\n" + ROOT,
                "o\n9223372036854775808\n" + ROOT,
                "o\n18446744073709551617\n" + ROOT,
                "o\n99999999999999999999999999999999999999\n" + ROOT,
                "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n",
                "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n",
                "o\n1\nCsUYapGGPo4dkMgIAUqom_Xajj7h2fB2MPA3j2jxq2I=\n",
                "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==\n",
                "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2JiAA==\n",
                "o\n1\n" + ROOT + "extension\n",
                "o\n1\n" + ROOT + "\n",
                "o\n0\n" + ROOT,
            })
    void parse_notACheckpoint_isMalformed(String text) {
        assertThatExceptionOfType(MalformedReleasesException.class)
                .isThrownBy(() -> Checkpoint.parse(text))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(600).doesNotContain("\n"));
    }

    @Test
    void parse_lastLineFeedMissing_isMalformed() {
        assertThatExceptionOfType(MalformedReleasesException.class)
                .isThrownBy(() -> Checkpoint.parse("o\n1\n" + ROOT.trim()));
    }

    @Test
    void newCheckpoint_sizeOutOfBounds_isRefused() {
        Bytes root = MerkleTree.rootOf(Logs.leaves(1));

        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> new Checkpoint(ORIGIN, -1, root));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new Checkpoint(ORIGIN, (1L << 40) + 1, root));
    }

    @Test
    void requireExtends_largerTree_isAccepted() throws Exception {
        checkpoint(9).requireExtends(checkpoint(5), consistency(5, 9).hashes());
        checkpoint(9).requireExtends(checkpoint(0), List.of());
        checkpoint(9).requireExtends(checkpoint(9), List.of());
    }

    @Test
    void requireExtends_otherOrigin_isTheWrongLog() {
        Checkpoint other = new Checkpoint("other.example/log", 5, checkpoint(5).rootHash());

        assertRejected(
                WRONG_LOG,
                () -> checkpoint(9).requireExtends(other, consistency(5, 9).hashes()));
    }

    @Test
    void requireExtends_smallerTree_isARollback() {
        assertRejected(
                LOG_ROLLBACK,
                () -> checkpoint(5)
                        .requireExtends(checkpoint(9), consistency(5, 9).hashes()));
    }

    @Test
    void requireExtends_otherRootOfTheSameSize_isAFork() {
        Checkpoint other = new Checkpoint(ORIGIN, 9, checkpoint(8).rootHash());

        assertRejected(LOG_FORK, () -> other.requireExtends(checkpoint(9), List.of()));
    }
}
