package io.github.qwenvlspark.pipeline.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.hc.client5.http.impl.InMemoryDnsResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicAddressesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.1",
        "168.63.129.16",
        "169.254.169.254",
        "172.31.255.255",
        "192.0.0.192",
        "192.0.2.1",
        "192.168.1.1",
        "198.19.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "2130706433",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "3fff::1"
      })
  void addressesOfOnesOwnNetworkAreNotPublic(String address) throws UnknownHostException {
    assertThat(PublicAddresses.isPublic(InetAddress.getByName(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "172.32.0.1",
        "2606:4700::1111",
        "2a00::1"
      })
  void addressesOfOthersAre(String address) throws UnknownHostException {
    assertThat(PublicAddresses.isPublic(InetAddress.getByName(address))).isTrue();
  }

  @Test
  void oneAddressThatIsNotPublicSpoilsAName() throws UnknownHostException {
    InMemoryDnsResolver names = new InMemoryDnsResolver();
    names.add("good.example", InetAddress.getByName("1.1.1.1"));
    names.add("mixed.example", InetAddress.getByName("1.1.1.1"), InetAddress.getLoopbackAddress());
    PublicAddresses addresses = new PublicAddresses(names);

    assertThat(addresses.resolve("good.example")).hasSize(1);
    assertThatThrownBy(() -> addresses.resolve("mixed.example"))
        .isInstanceOfSatisfying(
            QwenVlException.class, e -> assertThat(e.type()).isEqualTo(ErrorType.ACCESS_DENIED));
  }
}
