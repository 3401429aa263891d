package io.attestedmesh.enclave.image;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.enclave.image.Images.Raw;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Files that break one rule each; where it is not the CRC, the CRC is right. */
final class HostileImages {
    private static final int FLAGS = 6;
    private static final int RESERVED = 24;
    private static final int COUNT = 26;
    private static final int OFFSETS = 28;
    private static final int SIZES = OFFSETS + 256;
    private static final int UNUSED = SIZES + 256;

    /** What is wrong, in words, and the reason that it must be refused for. */
    record Case(String what, Bytes file, ImageReason reason) {
        @Override
        public String toString() {
            return what;
        }
    }

    private final List<Case> cases = new ArrayList<>();

    private HostileImages() {}

    static List<Case> all() {
        HostileImages hostile = new HostileImages();
        hostile.headers();
        hostile.tables();
        hostile.sections();
        hostile.contents();
        return hostile.cases;
    }

    private void headers() {
        byte[] good = Images.file(Images.plain());
        add("an empty file", new byte[0], ImageReason.TRUNCATED);
        add("half a header", Arrays.copyOf(good, 300), ImageReason.TRUNCATED);
        add("another magic", patched(file -> file.put(0, (byte) 'E')), ImageReason.BAD_MAGIC);
        add("version 3", patched(file -> file.putShort(4, (short) 3)), ImageReason.UNSUPPORTED_VERSION);
        add("version 5", patched(file -> file.putShort(4, (short) 5)), ImageReason.UNSUPPORTED_VERSION);
        add("an unknown flag", patched(file -> file.putShort(FLAGS, (short) 2)), ImageReason.UNKNOWN_FLAGS);
        add("a reserved field", patched(file -> file.putShort(RESERVED, (short) 1)), ImageReason.RESERVED_NOT_ZERO);
        add("the unused field", patched(file -> file.putInt(UNUSED, 1)), ImageReason.RESERVED_NOT_ZERO);
        add("an unused row", patched(file -> file.putLong(OFFSETS + 8 * 9, 1)), ImageReason.RESERVED_NOT_ZERO);
        add("33 sections", patched(file -> file.putShort(COUNT, (short) 33)), ImageReason.TOO_MANY_SECTIONS);
        add("65535 sections", patched(file -> file.putShort(COUNT, (short) -1)), ImageReason.TOO_MANY_SECTIONS);
        byte[] flipped = good.clone();
        flipped[good.length - 1] ^= 1;
        add("a flipped bit in a ramdisk", flipped, ImageReason.CRC_MISMATCH);
        byte[] memory = good.clone();
        memory[15] ^= 1;
        add("a flipped bit in the header", memory, ImageReason.CRC_MISMATCH);
        byte[] crc = good.clone();
        crc[ImageHeader.CHECKED] ^= 1;
        add("a flipped bit in the CRC", crc, ImageReason.CRC_MISMATCH);
    }

    private void tables() {
        int second = ImageHeader.SIZE + Section.HEADER_SIZE + Images.KERNEL.length();
        add("a negative offset", table(0, -1, 12), ImageReason.SECTION_OVERFLOW);
        add("a size of 2^64-1", table(0, 548, -1), ImageReason.SECTION_OVERFLOW);
        add("offset and size that overflow together", table(0, 548, Long.MAX_VALUE - 4), ImageReason.SECTION_OVERFLOW);
        add("a section beyond the file", table(0, 548, 1 << 20), ImageReason.SECTION_OUT_OF_RANGE);
        add("a section that begins beyond it", table(1, 1L << 40, 17), ImageReason.SECTION_OUT_OF_RANGE);
        add("two sections in one place", table(1, 548, 17), ImageReason.SECTION_OVERLAP);
        add("a section inside the header", table(0, 100, 12), ImageReason.SECTION_OVERLAP);
        add("a section that begins a byte early", table(1, second - 1, 17), ImageReason.SECTION_OVERLAP);
        add("a gap between sections", table(1, second + 1, 17), ImageReason.SECTION_GAP);
        byte[] longer = Arrays.copyOf(Images.file(Images.plain()), 2000);
        add("bytes after the last section", Images.withCrc(longer), ImageReason.TRAILING_BYTES);
        add(
                "a section less than the file has",
                patched(file -> {
                    file.putShort(COUNT, (short) 4);
                    file.putLong(OFFSETS + 8 * 4, 0).putLong(SIZES + 8 * 4, 0);
                }),
                ImageReason.TRAILING_BYTES);
        byte[] cut = Images.file(Images.plain());
        add("a file that breaks off", Arrays.copyOf(cut, cut.length - 1), ImageReason.SECTION_OUT_OF_RANGE);
        add(
                "sections that disagree with the table",
                patched(file -> file.putLong(552, 13)),
                ImageReason.SECTION_SIZE_MISMATCH);
    }

    private void sections() {
        add("no section", List.of(), ImageReason.MISSING_KERNEL);
        add("no kernel", without(0), ImageReason.MISSING_KERNEL);
        add("no command line", without(1), ImageReason.MISSING_COMMAND_LINE);
        add("two kernels", with(1, Raw.of(SectionType.KERNEL, "another")), ImageReason.DUPLICATE_SECTION);
        add("two command lines", with(2, Raw.of(SectionType.COMMAND_LINE, "x")), ImageReason.DUPLICATE_SECTION);
        add("two metadata", with(3, Raw.of(SectionType.METADATA, "{}")), ImageReason.DUPLICATE_SECTION);
        add("a ramdisk before the kernel", with(0, Raw.of(SectionType.RAMDISK, "x")), ImageReason.SECTION_ORDER);
        add("metadata after a ramdisk", with(4, Raw.of(SectionType.METADATA, "{}"), 2), ImageReason.SECTION_ORDER);
        add("type 0", with(5, new Raw(0, 0, Bytes.of((byte) 0))), ImageReason.UNKNOWN_SECTION);
        add("type 6", with(5, new Raw(6, 0, Bytes.of((byte) 0))), ImageReason.UNKNOWN_SECTION);
        add("type 257", with(5, new Raw(257, 0, Bytes.of((byte) 0))), ImageReason.UNKNOWN_SECTION);
        add("a flag on a section", with(5, new Raw(3, 1, Bytes.of((byte) 0))), ImageReason.SECTION_FLAGS);
        add("an empty kernel", replaced(0, ""), ImageReason.EMPTY_KERNEL);
    }

    private void contents() {
        add("a NUL in the command line", replaced(1, "quiet\0init=/bin/sh"), ImageReason.COMMAND_LINE_NOT_TEXT);
        List<Raw> latin = Images.plain();
        latin.set(1, new Raw(2, 0, Bytes.of((byte) 0xe9)));
        add("a command line that is no UTF-8", latin, ImageReason.COMMAND_LINE_NOT_TEXT);
        add("a command line of a megabyte", replaced(1, "x".repeat(1 << 20)), ImageReason.COMMAND_LINE_TOO_LONG);
        add("metadata that is no JSON", replaced(2, "{"), ImageReason.METADATA_NOT_JSON);
        add("metadata that is a list", replaced(2, "[]"), ImageReason.METADATA_NOT_JSON);
        add("metadata with a member twice", replaced(2, "{\"a\":1,\"a\":2}"), ImageReason.METADATA_NOT_JSON);
        add("metadata and more", replaced(2, "{}{}"), ImageReason.METADATA_NOT_JSON);
        add("empty metadata", replaced(2, ""), ImageReason.METADATA_NOT_JSON);
        add(
                "deep metadata",
                replaced(2, "{\"a\":" + "[".repeat(500) + "]".repeat(500) + "}"),
                ImageReason.METADATA_NOT_JSON);
        add(
                "two megabytes of metadata",
                replaced(2, "{\"a\":\"" + "x".repeat(2 << 20) + "\"}"),
                ImageReason.METADATA_TOO_LARGE);
    }

    private void add(String what, List<Raw> sections, ImageReason reason) {
        add(what, Images.file(sections), reason);
    }

    private void add(String what, byte[] file, ImageReason reason) {
        cases.add(new Case(what, Bytes.of(file), reason));
    }

    private static byte[] patched(Consumer<ByteBuffer> patch) {
        byte[] file = Images.file(Images.plain());
        patch.accept(ByteBuffer.wrap(file));
        return Images.withCrc(file);
    }

    private static byte[] table(int row, long offset, long size) {
        return patched(file -> file.putLong(OFFSETS + 8 * row, offset).putLong(SIZES + 8 * row, size));
    }

    private static List<Raw> without(int index) {
        List<Raw> sections = Images.plain();
        sections.remove(index);
        return sections;
    }

    private static List<Raw> with(int index, Raw section) {
        List<Raw> sections = Images.plain();
        sections.add(index, section);
        return sections;
    }

    private static List<Raw> with(int index, Raw section, int removed) {
        List<Raw> sections = with(index, section);
        sections.remove(removed);
        return sections;
    }

    private static List<Raw> replaced(int index, String content) {
        List<Raw> sections = Images.plain();
        Raw before = sections.get(index);
        sections.set(index, new Raw(before.type(), 0, Bytes.of(content.getBytes(StandardCharsets.UTF_8))));
        return sections;
    }
}
