package io.attestedmesh.releases.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TileTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0, 256, tile/0/000",
        "0, 0, 1, tile/0/000.p/1",
        "0, 273, 112, tile/0/273.p/112",
        "1, 999, 256, tile/1/999",
        "1, 1000, 256, tile/1/x001/000",
        "0, 1234067, 256, tile/0/x001/x234/067",
        "0, 1234067, 255, tile/0/x001/x234/067.p/255",
        "2, 4294967295, 256, tile/2/x004/x294/x967/295",
        "-1, 1234067, 7, tile/entries/x001/x234/067.p/7",
    })
    void path_isThatOfTheSpecification(int level, long index, int width, String path) {
        assertThat(new Tile(level, index, width).path()).isEqualTo(path);
    }

    /** The specification's example: a tree of 70,000 entries. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, tile/0/000",
        "0, 69887, tile/0/272",
        "0, 69888, tile/0/273.p/112",
        "0, 69999, tile/0/273.p/112",
        "1, 255, tile/1/000",
        "1, 256, tile/1/001.p/17",
        "2, 0, tile/2/000.p/1",
        "-1, 69999, tile/entries/273.p/112",
    })
    void holding_treeOf70000_isTheExamplesTile(int level, long at, String path) {
        assertThat(Tile.holding(level, at, 70_000).path()).isEqualTo(path);
    }

    @ParameterizedTest
    @CsvSource({"-2, 0, 1", "0, -1, 1", "0, 0, 0", "0, 0, 257"})
    void newTile_outOfBounds_isRefused(int level, long index, int width) {
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> new Tile(level, index, width));
    }

    @Test
    void entryBundle_decodedAgain_isTheSame() throws Exception {
        List<Bytes> entries =
                List.of(Bytes.EMPTY, Bytes.of((byte) 7), Bytes.of(new byte[256]), Bytes.of(new byte[65_535]));

        assertThat(EntryBundle.decode(EntryBundle.encode(entries), 4)).isEqualTo(entries);
        assertThat(EntryBundle.encode(entries.subList(0, 3)).hex()).startsWith("0000" + "000107" + "010000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "0001", "000207", "000107" + "00", "000107" + "000108", "ffff00"})
    void entryBundle_notOneEntryToTheLastByte_isMalformed(String hex) {
        assertThatExceptionOfType(MalformedReleasesException.class)
                .isThrownBy(() -> EntryBundle.decode(Bytes.fromHex(hex), 1));
    }

    @Test
    void entryBundle_entryOf64KiB_isRefused() {
        List<Bytes> tooLong = List.of(Bytes.of(new byte[65_536]));

        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> EntryBundle.encode(tooLong));
    }
}
