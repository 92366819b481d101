# chat_warnings(TARGET): the warnings that every target of the project is built with, all of them errors.
function(chat_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Werror -Wshadow -Wnon-virtual-dtor
                                           -Woverloaded-virtual -Wcast-align)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # g++ 12 sees an overlap in every `"text" + std::string` (GCC bug 105651, mended in 13), and an uninitialized string in
    # every optional one that is moved (GCC bug 105593).
    target_compile_options(${target} PRIVATE -Wno-restrict -Wno-maybe-uninitialized)
  endif()
endfunction()
