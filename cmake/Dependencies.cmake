# All packages of Debian that the project uses; versions are those of Debian 12, newer ones work.
find_package(Threads REQUIRED)

include(Poco)
# For MessagePack: Debian 12's libmsgpack-cxx-dev needs a libboost-dev that can't be installed beside libboost1.81-dev.
find_package(nlohmann_json 3.11 REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(ZLIB REQUIRED)

# The connector of MySQL is linked to it, and the files for its TLS are checked at the start; and PBKDF2, which libsodium
# lacks.
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto SSL)

find_package(PkgConfig REQUIRED)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
find_package(ZLIB REQUIRED)
pkg_check_modules(BROTLI REQUIRED IMPORTED_TARGET libbrotlienc)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(ICU REQUIRED IMPORTED_TARGET icu-uc)
pkg_check_modules(URING REQUIRED IMPORTED_TARGET liburing)
pkg_check_modules(SIMDJSON REQUIRED IMPORTED_TARGET simdjson)
find_package(prometheus-cpp CONFIG REQUIRED)
if(CHAT_TESTS OR NOT DEFINED CHAT_TESTS)
  pkg_check_modules(CPPUNIT IMPORTED_TARGET cppunit)
endif()
