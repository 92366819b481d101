#include "data/engine/MySqlTls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace chat::data {

namespace {

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;

[[noreturn]] void refuse(const std::string& setting, const std::string& reason) {
  throw std::invalid_argument("database." + setting + ' ' + reason);
}

/// The last error says best what was wrong: "No such file or directory", "no start line".
[[noreturn]] void refuseFile(const std::string& setting, const std::filesystem::path& file, const std::string& what) {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  std::string text = "is '" + file.string() + "', but that is not a readable PEM file with " + what;
  if (reason != nullptr) text.append(": ").append(reason);
  ERR_clear_error();
  refuse(setting, text);
}

void checkFiles(const Options& options) {
  const Context context(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
  if (!context) throw std::runtime_error("no TLS context could be made");
  // Without this a key with a passphrase would be asked for at the terminal.
  SSL_CTX_set_default_passwd_cb(context.get(), [](char*, int, int, void*) { return 0; });
  ERR_clear_error();
  if (options.tls == Tls::Verify && SSL_CTX_load_verify_file(context.get(), options.tlsCa.c_str()) != 1) {
    refuseFile("tlsCa", options.tlsCa, "certificates of authorities");
  }
  if (options.tlsCertificate.empty()) return;
  const auto& key = options.tlsKey.empty() ? options.tlsCertificate : options.tlsKey;
  if (SSL_CTX_use_certificate_chain_file(context.get(), options.tlsCertificate.c_str()) != 1) {
    refuseFile("tlsCertificate", options.tlsCertificate, "a certificate");
  }
  // This also checks whether the key is the certificate's.
  if (SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(), SSL_FILETYPE_PEM) != 1) {
    refuseFile(options.tlsKey.empty() ? "tlsCertificate" : "tlsKey", key,
               "the certificate's private key without a passphrase");
  }
}

}  // namespace

void checkTls(const Options& options) {
  if (options.tls == Tls::Verify && options.tlsCa.empty()) {
    refuse("tlsCa",
           "is missing: database.tls is verify, which needs a file with the certificates of the authorities "
           "that are trusted (the system's: /etc/ssl/certs/ca-certificates.crt)");
  }
  if (options.tls != Tls::Verify && !options.tlsCa.empty()) {
    refuse("tlsCa", "is set, but the server's certificate is checked only with database.tls = verify");
  }
  if (options.tls == Tls::Off && !(options.tlsCertificate.empty() && options.tlsKey.empty())) {
    refuse(options.tlsCertificate.empty() ? "tlsKey" : "tlsCertificate", "is set, but database.tls is off");
  }
  if (options.tlsCertificate.empty() && !options.tlsKey.empty()) {
    refuse("tlsCertificate", "is missing, but database.tlsKey is set");
  }
  if (options.tls != Tls::Off) checkFiles(options);
}

}  // namespace chat::data
