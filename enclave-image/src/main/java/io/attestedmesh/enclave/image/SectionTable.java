package io.attestedmesh.enclave.image;

import static io.attestedmesh.enclave.image.ImageReason.SECTION_GAP;
import static io.attestedmesh.enclave.image.ImageReason.SECTION_OUT_OF_RANGE;
import static io.attestedmesh.enclave.image.ImageReason.SECTION_OVERFLOW;
import static io.attestedmesh.enclave.image.ImageReason.SECTION_OVERLAP;
import static io.attestedmesh.enclave.image.ImageReason.TRAILING_BYTES;

import io.attestedmesh.attest.evidence.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The sections of one file as they are read one after the other, each checked against the header and those before. */
final class SectionTable {
    private final List<Section> sections = new ArrayList<>();

    /** The rows of the header's table fill the file from the header's end to its own, in order. */
    static void requirePlaces(List<ImageHeader.Place> places, long fileSize) throws MalformedImageException {
        long at = ImageHeader.SIZE;
        for (int i = 0; i < places.size(); i++) {
            ImageHeader.Place place = places.get(i);
            at = end(i, place, at, fileSize);
        }
        if (at != fileSize) {
            throw new MalformedImageException(
                    TRAILING_BYTES, "the file to end at byte " + at, (fileSize - at) + " more bytes");
        }
    }

    private static long end(int index, ImageHeader.Place place, long at, long fileSize) throws MalformedImageException {
        String name = "section " + index;
        if (place.offset() < 0
                || place.size() < 0
                || place.size() > Long.MAX_VALUE - Section.HEADER_SIZE - place.offset()) {
            throw new MalformedImageException(
                    SECTION_OVERFLOW,
                    name + " to end within 63 bits",
                    Long.toUnsignedString(place.size()) + " bytes at " + Long.toUnsignedString(place.offset()));
        }
        long end = place.offset() + Section.HEADER_SIZE + place.size();
        if (end > fileSize) {
            throw new MalformedImageException(
                    SECTION_OUT_OF_RANGE, name + " to end in a file of " + fileSize + " bytes", "byte " + end);
        }
        if (place.offset() != at) {
            throw new MalformedImageException(
                    place.offset() < at ? SECTION_OVERLAP : SECTION_GAP,
                    name + " to begin at byte " + at,
                    "byte " + place.offset());
        }
        return end;
    }

    /** Adds the next one, whose own header is {@code header}. */
    Section add(ImageHeader.Place place, Bytes header) throws MalformedImageException {
        String name = "section " + sections.size();
        ByteBuffer in = ByteBuffer.wrap(header.toByteArray());
        int code = Short.toUnsignedInt(in.getShort());
        SectionType type = SectionType.of(code)
                .orElseThrow(() -> new MalformedImageException(
                        ImageReason.UNKNOWN_SECTION, "type 1 to 5", name + " of type " + code));
        int flags = Short.toUnsignedInt(in.getShort());
        if (flags != 0) {
            throw new MalformedImageException(
                    ImageReason.SECTION_FLAGS, name + " without flags", String.format("0x%04x", flags));
        }
        long size = in.getLong();
        if (size != place.size()) {
            throw new MalformedImageException(
                    ImageReason.SECTION_SIZE_MISMATCH,
                    name + " of " + place.size() + " bytes, as the table says",
                    Long.toUnsignedString(size));
        }
        requireOrder(type, name);
        if (type == SectionType.KERNEL && size == 0) {
            throw new MalformedImageException(ImageReason.EMPTY_KERNEL, "a kernel", "0 bytes");
        }
        Section section = new Section(type, place.offset(), size);
        sections.add(section);
        return section;
    }

    private void requireOrder(SectionType type, String name) throws MalformedImageException {
        Optional<SectionType> last = sections.isEmpty()
                ? Optional.empty()
                : Optional.of(sections.get(sections.size() - 1).type());
        if (type != SectionType.RAMDISK && sections.stream().anyMatch(each -> each.type() == type)) {
            throw new MalformedImageException(ImageReason.DUPLICATE_SECTION, "one " + type, name + " is another");
        }
        if (last.isPresent() && last.get().compareTo(type) > 0) {
            throw new MalformedImageException(
                    ImageReason.SECTION_ORDER, type + " before " + last.get(), name + " is " + type);
        }
    }

    /** All of them, once the last has been added. */
    List<Section> complete() throws MalformedImageException {
        require(SectionType.KERNEL, ImageReason.MISSING_KERNEL);
        require(SectionType.COMMAND_LINE, ImageReason.MISSING_COMMAND_LINE);
        return List.copyOf(sections);
    }

    private void require(SectionType type, ImageReason reason) throws MalformedImageException {
        if (sections.stream().noneMatch(each -> each.type() == type)) {
            throw new MalformedImageException(reason, "a section " + type, "none of " + sections.size());
        }
    }
}
