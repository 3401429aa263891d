package io.attestedmesh.enclave.image;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.file.AtomicFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32;

/** Writes image files: new ones out of their parts, and signed ones out of unsigned. */
public final class ImageWriter {
    private static final int BUFFER_SIZE = 1 << 18;

    private ImageWriter() {}

    /**
     * What a new image is made of.
     *
     * @param kernel a bzImage (x86_64) or Image (aarch64)
     * @param commandLine of the kernel, without NUL
     * @param ramdisks the one that boots, then the application's
     */
    public record Parts(
            Architecture architecture, Path kernel, String commandLine, ImageMetadata metadata, List<Path> ramdisks) {
        public Parts {
            ramdisks = List.copyOf(ramdisks);
        }
    }

    /**
     * Writes an unsigned image; the file appears when it is whole, readable for all.
     *
     * @param replace whether a file that is there is replaced; else it stays, and that is an error
     * @return what was written
     * @throws MalformedImageException if the parts make no image, such as a kernel without a byte
     */
    public static EnclaveImage write(Parts parts, Path out, boolean replace)
            throws IOException, MalformedImageException {
        List<Source> sources = new ArrayList<>();
        sources.add(Source.of(SectionType.KERNEL, parts.kernel()));
        sources.add(
                Source.of(SectionType.COMMAND_LINE, Bytes.of(parts.commandLine().getBytes(StandardCharsets.UTF_8))));
        sources.add(Source.of(SectionType.METADATA, parts.metadata().encode()));
        for (Path ramdisk : parts.ramdisks()) {
            sources.add(Source.of(SectionType.RAMDISK, ramdisk));
        }
        Layout layout = new Layout(
                parts.architecture(), ImageHeader.DEFAULT_MEMORY, ImageHeader.DEFAULT_CPUS, sources, Optional.empty());
        return layout.write(out, replace);
    }

    /**
     * Writes {@code image} anew with a signature by {@code signer}; one that it had is replaced.
     *
     * @param replace as of {@link #write}
     * @return what was written
     * @throws GeneralSecurityException if the key cannot sign, or is not the certificate's
     */
    public static EnclaveImage sign(
            Path image, X509Certificate certificate, ImageSigner signer, Path out, boolean replace)
            throws IOException, MalformedImageException, GeneralSecurityException {
        EnclaveImage read = ImageReader.read(image);
        ImageSignature signature = ImageSignature.of(SigningCertificate.of(certificate), signer, read.register(0));
        List<Source> sources = new ArrayList<>();
        for (Section section : read.sections()) {
            if (section.type() != SectionType.SIGNATURE) {
                sources.add(new Source(section.type(), Bytes.EMPTY, image, section.start(), section.size()));
            }
        }
        sources.add(Source.of(SectionType.SIGNATURE, signature.encode()));
        Layout layout = new Layout(
                read.architecture(), read.defaultMemory(), read.defaultCpus(), sources, Optional.of(read.register(0)));
        return layout.write(out, replace);
    }

    /** @param pcr0 that the file must have, where it was signed before it is written */
    private record Layout(
            Architecture architecture, long memory, long cpus, List<Source> sources, Optional<Bytes> pcr0) {
        EnclaveImage write(Path out, boolean replace) throws IOException, MalformedImageException {
            ImageHeader header = header();
            AtomicReference<EnclaveImage> written = new AtomicReference<>();
            AtomicFile.Content<MalformedImageException> content = file -> {
                writeTo(file, header);
                // What was written obeys the same rules as what is read, whatever the parts were.
                EnclaveImage read = ImageReader.read(file);
                if (pcr0.isPresent() && !read.register(0).equals(pcr0.get())) {
                    throw new IOException("the image changed while it was signed");
                }
                written.set(read);
            };
            if (replace) {
                AtomicFile.write(out, content, AtomicFile.Access.PUBLIC);
            } else {
                AtomicFile.create(out, content, AtomicFile.Access.PUBLIC);
            }
            return written.get();
        }

        private ImageHeader header() throws MalformedImageException {
            if (sources.size() > ImageHeader.MAX_SECTIONS) {
                throw new MalformedImageException(
                        ImageReason.TOO_MANY_SECTIONS,
                        "at most " + ImageHeader.MAX_SECTIONS,
                        Integer.toString(sources.size()));
            }
            List<ImageHeader.Place> places = new ArrayList<>();
            long at = ImageHeader.SIZE;
            for (Source source : sources) {
                places.add(new ImageHeader.Place(at, source.size()));
                at += Section.HEADER_SIZE + source.size();
            }
            return new ImageHeader(architecture, memory, cpus, places, 0);
        }

        private void writeTo(FileChannel file, ImageHeader header) throws IOException {
            CRC32 crc = new CRC32();
            byte[] start = header.encode().toByteArray();
            crc.update(start, 0, ImageHeader.CHECKED);
            writeFully(file, ByteBuffer.wrap(start));
            for (int i = 0; i < sources.size(); i++) {
                Source source = sources.get(i);
                byte[] own = new Section(source.type(), header.places().get(i).offset(), source.size()).header();
                crc.update(own);
                writeFully(file, ByteBuffer.wrap(own));
                source.copy(file, crc);
            }
            file.position(ImageHeader.CHECKED);
            writeFully(file, ByteBuffer.allocate(4).putInt(0, (int) crc.getValue()));
        }
    }

    private static void writeFully(FileChannel file, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    /** Data of a section: bytes, or a part of a file. */
    private record Source(SectionType type, Bytes bytes, Path file, long from, long size) {
        static Source of(SectionType type, Bytes bytes) {
            return new Source(type, bytes, Path.of(""), 0, bytes.size());
        }

        static Source of(SectionType type, Path file) throws IOException {
            return new Source(type, Bytes.EMPTY, file, 0, Files.size(file));
        }

        void copy(FileChannel out, CRC32 crc) throws IOException {
            if (!bytes.isEmpty()) {
                crc.update(bytes.toByteArray());
                writeFully(out, ByteBuffer.wrap(bytes.toByteArray()));
                return;
            }
            if (size == 0) {
                return;
            }
            try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
                in.position(from);
                ByteBuffer buffer = ByteBuffer.allocate(BUFFER_SIZE);
                for (long left = size; left > 0; left -= buffer.limit()) {
                    buffer.clear().limit((int) Math.min(left, BUFFER_SIZE));
                    while (buffer.hasRemaining()) {
                        if (in.read(buffer) < 0) {
                            throw new EOFException(file + " became shorter while it was read");
                        }
                    }
                    crc.update(buffer.flip());
                    writeFully(out, buffer.rewind());
                }
            }
        }
    }
}
