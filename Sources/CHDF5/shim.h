// What Swift cannot import from libhdf5's headers, one accessor each, and nothing else:
//   - constants behind macros that run H5open() first (H5T_*, H5P_*) or that carry casts (H5F_ACC_*, …);
//   - functions whose name is a macro that picks a version of their types (H5Literate).
// Everything else is called by its own, version-suffixed name.
#ifndef CH5_SHIM_H
#define CH5_SHIM_H

#include <hdf5.h>

#define CH5_INLINE static inline __attribute__((__always_inline__, __unused__))

// Datatypes as they lie in a file.
CH5_INLINE hid_t ch5_f32le(void) { return H5T_IEEE_F32LE; }
CH5_INLINE hid_t ch5_f32be(void) { return H5T_IEEE_F32BE; }
CH5_INLINE hid_t ch5_f64le(void) { return H5T_IEEE_F64LE; }
CH5_INLINE hid_t ch5_f64be(void) { return H5T_IEEE_F64BE; }
CH5_INLINE hid_t ch5_i8le(void) { return H5T_STD_I8LE; }
CH5_INLINE hid_t ch5_i16le(void) { return H5T_STD_I16LE; }
CH5_INLINE hid_t ch5_i32le(void) { return H5T_STD_I32LE; }
CH5_INLINE hid_t ch5_i64le(void) { return H5T_STD_I64LE; }
CH5_INLINE hid_t ch5_u8le(void) { return H5T_STD_U8LE; }
CH5_INLINE hid_t ch5_u16le(void) { return H5T_STD_U16LE; }
CH5_INLINE hid_t ch5_u32le(void) { return H5T_STD_U32LE; }
CH5_INLINE hid_t ch5_u64le(void) { return H5T_STD_U64LE; }
CH5_INLINE hid_t ch5_c_string(void) { return H5T_C_S1; }
CH5_INLINE size_t ch5_variable_length(void) { return H5T_VARIABLE; }

// Property list classes.
CH5_INLINE hid_t ch5_file_access(void) { return H5P_FILE_ACCESS; }
CH5_INLINE hid_t ch5_file_create(void) { return H5P_FILE_CREATE; }
CH5_INLINE hid_t ch5_group_create(void) { return H5P_GROUP_CREATE; }
CH5_INLINE hid_t ch5_dataset_create(void) { return H5P_DATASET_CREATE; }

// Flags and sentinels.
CH5_INLINE unsigned ch5_acc_readonly(void) { return H5F_ACC_RDONLY; }
CH5_INLINE unsigned ch5_acc_truncate(void) { return H5F_ACC_TRUNC; }
CH5_INLINE uint64_t ch5_undefined_address(void) { return (uint64_t)HADDR_UNDEF; }

// The oldest format that holds what is put in: the default of libhdf5 1. That of libhdf5 2 is newer, and has the
// time in it.
CH5_INLINE herr_t ch5_set_oldest_format(hid_t access) {
  return H5Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, H5F_LIBVER_LATEST);
}

// libhdf5 prints its error stack unless told otherwise, and is told once a thread.
CH5_INLINE herr_t ch5_silence_errors(void) { return H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }

// H5Literate and the types of its visitor are version macros.
CH5_INLINE herr_t ch5_iterate_links(hid_t group, H5L_iterate_t visit, void *context) {
  return H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, NULL, visit, context);
}
// The kind of a link (an H5L_type_t) and the size of a soft or external link's value; negative on failure.
CH5_INLINE int ch5_link_kind(hid_t group, const char *name, size_t *value_size) {
  H5L_info_t info;
  if (H5Lget_info(group, name, &info, H5P_DEFAULT) < 0) return -1;
  *value_size = info.type == H5L_TYPE_HARD ? 0 : info.u.val_size;
  return (int)info.type;
}

// How many bytes the index of a group's links has, all of which is read; negative on failure.
CH5_INLINE herr_t ch5_index_size(hid_t group, hsize_t *size) {
#if H5_VERSION_GE(1, 12, 0)
  H5O_native_info_t info;
  if (H5Oget_native_info(group, &info, H5O_NATIVE_INFO_META_SIZE) < 0) return -1;
#else
  H5O_info_t info;
  if (H5Oget_info2(group, &info, H5O_INFO_META_SIZE) < 0) return -1;
#endif
  *size = info.meta_size.obj.index_size;
  return 0;
}

// A function of libhdf5 1, a macro of libhdf5 2.
CH5_INLINE herr_t ch5_read_chunk(hid_t dataset, const hsize_t *offset, uint32_t *filters, void *buffer) {
#if H5_VERS_MAJOR >= 2
  return H5Dread_chunk1(dataset, H5P_DEFAULT, offset, filters, buffer);
#else
  return H5Dread_chunk(dataset, H5P_DEFAULT, offset, filters, buffer);
#endif
}

#endif
