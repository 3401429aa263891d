package io.attestedmesh.enclave.image;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.PcrBank;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads an image file once, from front to end, in memory that does not grow with it. */
public final class ImageReader implements Closeable {
    static final int MAX_COMMAND_LINE = 1 << 16;

    private static final Map<SectionType, Integer> KEPT = Map.of(
            SectionType.COMMAND_LINE, MAX_COMMAND_LINE,
            SectionType.METADATA, ImageMetadata.MAX_SIZE,
            SectionType.SIGNATURE, ImageSignature.MAX_SIZE);

    private static final Map<SectionType, ImageReason> TOO_LARGE = Map.of(
            SectionType.COMMAND_LINE, ImageReason.COMMAND_LINE_TOO_LONG,
            SectionType.METADATA, ImageReason.METADATA_TOO_LARGE,
            SectionType.SIGNATURE, ImageReason.SIGNATURE_TOO_LARGE);

    private final FileChannel file;
    private final Measurer measurer = new Measurer();
    private final Map<SectionType, Bytes> kept = new EnumMap<>(SectionType.class);
    private boolean booted;

    private ImageReader(FileChannel file) {
        this.file = file;
    }

    /**
     * The image in {@code path}, with its registers.
     *
     * @throws MalformedImageException if it breaks a rule of the format; the first one that is found
     */
    public static EnclaveImage read(Path path) throws IOException, MalformedImageException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            return read(file);
        }
    }

    /** The image in {@code file}, from its beginning on. */
    static EnclaveImage read(FileChannel file) throws IOException, MalformedImageException {
        try (ImageReader reader = new ImageReader(file.position(0))) {
            return reader.read();
        }
    }

    /** Whether the file begins as an enclave image does, of any version; nothing else of it is looked at. */
    public static boolean isImage(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return Bytes.of(in.readNBytes(4)).equals(ImageHeader.MAGIC);
        }
    }

    private EnclaveImage read() throws IOException, MalformedImageException {
        Bytes start = take(Measurer.Lane.CHECKED, ImageHeader.CHECKED, "the header");
        Bytes crc = raw(ImageHeader.SIZE - ImageHeader.CHECKED, "the header");
        ImageHeader header = ImageHeader.parse(Bytes.concat(start, crc));
        SectionTable.requirePlaces(header.places(), file.size());
        SectionTable table = new SectionTable();
        for (ImageHeader.Place place : header.places()) {
            Bytes sectionHeader = take(Measurer.Lane.CHECKED, Section.HEADER_SIZE, "a section");
            data(table.add(place, sectionHeader));
        }
        List<Section> sections = table.complete();
        if (!booted) {
            measurer.endOfBoot();
        }
        if (measurer.crc() != header.crc()) {
            throw new MalformedImageException(
                    ImageReason.CRC_MISMATCH,
                    String.format("0x%08x, as computed", measurer.crc()),
                    String.format("0x%08x in the header", header.crc()));
        }
        return image(header, sections);
    }

    private EnclaveImage image(ImageHeader header, List<Section> sections) throws MalformedImageException {
        String commandLine = commandLine(kept.get(SectionType.COMMAND_LINE));
        Optional<ImageMetadata> metadata = Optional.empty();
        if (kept.containsKey(SectionType.METADATA)) {
            metadata = Optional.of(ImageMetadata.parse(kept.get(SectionType.METADATA)));
        }
        Optional<ImageSignature> signature = Optional.empty();
        if (kept.containsKey(SectionType.SIGNATURE)) {
            signature = Optional.of(ImageSignature.parse(kept.get(SectionType.SIGNATURE)));
        }
        Map<Integer, Bytes> registers = measurer.registers();
        registers.put(
                EnclaveImage.SIGNER_REGISTER,
                signature.map(ImageSignature::pcr8).orElse(Bytes.of(new byte[48])));
        return new EnclaveImage(
                header.architecture(),
                header.defaultMemory(),
                header.defaultCpus(),
                sections,
                commandLine,
                metadata,
                PcrBank.of(registers),
                signature,
                header.crc());
    }

    private void data(Section section) throws IOException, MalformedImageException {
        SectionType type = section.type();
        if (KEPT.containsKey(type)) {
            if (section.size() > KEPT.get(type)) {
                throw new MalformedImageException(
                        TOO_LARGE.get(type), "at most " + KEPT.get(type) + " bytes", section.size() + " bytes");
            }
            kept.put(type, take(lane(type), (int) section.size(), type.toString()));
        } else {
            measure(lane(type), section.size(), type.toString(), OutputStream.nullOutputStream());
        }
        if (type == SectionType.RAMDISK && !booted) {
            measurer.endOfBoot();
            booted = true;
        }
    }

    private Measurer.Lane lane(SectionType type) {
        return switch (type) {
            case KERNEL, COMMAND_LINE -> Measurer.Lane.BOOT;
            case RAMDISK -> booted ? Measurer.Lane.APPLICATION : Measurer.Lane.BOOT;
            case METADATA, SIGNATURE -> Measurer.Lane.CHECKED;
        };
    }

    /** Reads, measures and keeps. */
    private Bytes take(Measurer.Lane lane, int size, String what) throws IOException, MalformedImageException {
        ByteArrayOutputStream content = new ByteArrayOutputStream(size);
        measure(lane, size, what, content);
        return Bytes.of(content.toByteArray());
    }

    private void measure(Measurer.Lane lane, long size, String what, OutputStream copy)
            throws IOException, MalformedImageException {
        for (long left = size; left > 0; ) {
            byte[] buffer = measurer.buffer();
            int length = (int) Math.min(left, buffer.length);
            readFully(ByteBuffer.wrap(buffer, 0, length), what);
            copy.write(buffer, 0, length);
            measurer.update(lane, length);
            left -= length;
        }
    }

    private Bytes raw(int size, String what) throws IOException, MalformedImageException {
        ByteBuffer into = ByteBuffer.allocate(size);
        readFully(into, what);
        return Bytes.of(into.array());
    }

    private void readFully(ByteBuffer into, String what) throws IOException, MalformedImageException {
        while (into.hasRemaining()) {
            if (file.read(into) < 0) {
                throw new MalformedImageException(
                        ImageReason.TRUNCATED, into.remaining() + " more bytes of " + what, "the end of the file");
            }
        }
    }

    private static String commandLine(Bytes encoded) throws MalformedImageException {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(encoded.toByteArray()))
                    .toString();
            if (text.indexOf('\0') < 0) {
                return text;
            }
            throw new MalformedImageException(ImageReason.COMMAND_LINE_NOT_TEXT, "no NUL", "one");
        } catch (CharacterCodingException e) {
            throw new MalformedImageException(ImageReason.COMMAND_LINE_NOT_TEXT, "UTF-8", "other bytes", e);
        }
    }

    @Override
    public void close() {
        measurer.close();
    }
}
