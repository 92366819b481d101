#include "socketio/SocketId.h"

#include <sodium.h>

#include <array>

namespace chat::socketio {

std::string makeSocketId() {
  std::array<unsigned char, SocketIdLength / 4 * 3> bits;
  randombytes_buf(bits.data(), bits.size());
  std::array<char, SocketIdLength + 1> text;
  sodium_bin2base64(text.data(), text.size(), bits.data(), bits.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return {text.data(), SocketIdLength};
}

}  // namespace chat::socketio
