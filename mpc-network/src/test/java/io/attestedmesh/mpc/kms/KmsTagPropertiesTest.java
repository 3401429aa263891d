package io.attestedmesh.mpc.kms;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.attestedmesh.mpc.session.SessionId;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class KmsTagPropertiesTest {
    @Property
    void tag_isReadAsItWasWritten(
            @ForAll long high,
            @ForAll long low,
            @ForAll @StringLength(max = 253) String sender,
            @ForAll @LongRange(min = 0) long round)
            throws Exception {
        Assume.that(StandardCharsets.UTF_8.newEncoder().canEncode(sender));
        Assume.that(sender.getBytes(StandardCharsets.UTF_8).length <= 253);
        KmsTag tag = new KmsTag(new SessionId(high, low), sender, round);
        assertThat(KmsTag.decode(tag.encode())).isEqualTo(tag);
        assertThat(HealthTag.decode(new HealthTag(sender).encode()).sender()).isEqualTo(sender);
    }

    @Property
    void anyBytes_areRefused_orBeginWithTheTagThatTheySay(@ForAll @Size(max = 400) byte[] bytes) {
        ByteString given = ByteString.copyFrom(bytes);
        try {
            assertThat(given.startsWith(KmsTag.decode(given).encode())).isTrue();
        } catch (MalformedTagException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }
}
